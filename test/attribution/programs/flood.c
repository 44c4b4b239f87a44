/* Opens and connects many datagram sockets in several processes, and keeps them: usage: flood COUNT ADDRESS PORT
 * Prints "flooded" when all are open. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_OF_A_PROCESS 10000

/* There are fewer ports than sockets: two of them have one. Where somebody has it alone, connect() takes another. */
static void bind_as(int file, int index)
{
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_port = htons(2000 + index % 60000) };
	int on = 1;

	setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(file, (const struct sockaddr *)&from, sizeof(from)))
		return;
}

static int open_some(int first, int count, const struct sockaddr_in *to)
{
	for (int index = first; index < first + count; index++) {
		int file = socket(AF_INET, SOCK_DGRAM, 0);

		bind_as(file, index);
		if (file < 0 || connect(file, (const struct sockaddr *)to, sizeof(*to)))
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct rlimit most;
	int opened[2], left;
	char byte;

	if (argc != 4 || inet_pton(AF_INET, argv[2], &to.sin_addr) != 1 || pipe(opened))
		return 2;
	to.sin_port = htons(atoi(argv[3]));
	getrlimit(RLIMIT_NOFILE, &most);
	most.rlim_cur = most.rlim_max;
	setrlimit(RLIMIT_NOFILE, &most);
	for (left = atoi(argv[1]); left > 0; left -= MOST_OF_A_PROCESS) {
		if (fork() == 0) {
			int count = left < MOST_OF_A_PROCESS ? left : MOST_OF_A_PROCESS;

			byte = open_some(left - count, count, &to) ? 'x' : '.';
			if (write(opened[1], &byte, 1) == 1)
				/* Until the parent is ended, and with it the pipe. */
				while (getppid() != 1 && read(0, &byte, 1) > 0)
					;
			_exit(0);
		}
		if (read(opened[0], &byte, 1) != 1 || byte != '.')
			return 3;
	}
	printf("flooded\n");
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
	return 0;
}
