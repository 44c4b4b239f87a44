/* Tries to look as if the kernel had sent its datagrams: while one thread sends by a connected socket, another takes the socket's port away
 * and gives it another one. Usage: pose ADDRESS PORT CHANGES; ends after so many datagrams during which the port changed, and
 * prints how many there were in all. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static struct sockaddr_in to = { .sin_family = AF_INET };
static int file;

static int local_port(void)
{
	struct sockaddr_in local = {};
	socklen_t length = sizeof(local);

	getsockname(file, (struct sockaddr *)&local, &length);
	return local.sin_port;
}

static void *change_port(void *nothing)
{
	struct sockaddr nowhere = { .sa_family = AF_UNSPEC };

	for (;;) {
		connect(file, &nowhere, sizeof(nowhere));
		connect(file, (struct sockaddr *)&to, sizeof(to));
	}
	return nothing;
}

int main(int argc, char **argv)
{
	pthread_t changing;
	long sent = 0;
	int wanted;

	if (argc != 4 || inet_pton(AF_INET, argv[1], &to.sin_addr) != 1)
		return 2;
	to.sin_port = htons(atoi(argv[2]));
	wanted = atoi(argv[3]);
	file = socket(AF_INET, SOCK_DGRAM, 0);
	connect(file, (struct sockaddr *)&to, sizeof(to));
	pthread_create(&changing, NULL, change_port, NULL);
	while (wanted > 0) {
		int before = local_port();

		send(file, "hello", 5, 0);
		sent++;
		wanted -= before != local_port();
	}
	printf("%ld\n", sent);
	return 0;
}
