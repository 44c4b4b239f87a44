/* One connection for each of COUNT users, from processes of their own, and how each ended.
 * Usage: users ADDRESS PORT FIRST_USER COUNT; prints "started", then a line for each: "connected" or its error. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void connect_as(uid_t user, const struct sockaddr_in *server)
{
	char line[32];
	int file, error = 0;

	if (setuid(user))
		_exit(3);
	file = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(file, (const struct sockaddr *)server, sizeof(*server)))
		error = errno;
	snprintf(line, sizeof(line), "%s\n", error ? strerrorname_np(error) : "connected");
	_exit(write(1, line, strlen(line)) < 0);
}

int main(int argc, char **argv)
{
	struct sockaddr_in server = { .sin_family = AF_INET };

	if (argc != 5 || inet_pton(AF_INET, argv[1], &server.sin_addr) != 1)
		return 2;
	server.sin_port = htons(atoi(argv[2]));
	printf("started\n");
	fflush(stdout);
	for (int index = 0; index < atoi(argv[4]); index++)
		if (fork() == 0)
			connect_as(atoi(argv[3]) + index, &server);
	while (wait(NULL) > 0)
		;
	return 0;
}
