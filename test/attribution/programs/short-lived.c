/* Connects from short-lived processes: each child connects once, tells its pid and local port, and exits at once.
 * Arguments: ADDRESS PORT COUNT PARALLEL. Prints "PID PORT" for each connect that succeeded. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void connect_once(const struct sockaddr_in *server)
{
	struct linger at_once = { 1, 0 };
	struct sockaddr_in local;
	socklen_t size = sizeof(local);
	char line[32];
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)server, sizeof(*server)))
		_exit(1);
	getsockname(fd, (struct sockaddr *)&local, &size);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	if (write(1, line, snprintf(line, sizeof(line), "%d %d\n", getpid(), ntohs(local.sin_port))) < 0)
		_exit(2);
	_exit(0);
}

int main(int argc, char **argv)
{
	struct sockaddr_in server = { .sin_family = AF_INET };
	int count, parallel, failed = 0, running = 0, status;

	if (argc != 5 || inet_pton(AF_INET, argv[1], &server.sin_addr) != 1)
		return 2;
	server.sin_port = htons(atoi(argv[2]));
	count = atoi(argv[3]);
	parallel = atoi(argv[4]);
	for (int i = 0; i < count || running > 0;) {
		if (i < count && running < parallel) {
			pid_t child = fork();

			if (child == 0)
				connect_once(&server);
			if (child < 0)
				return 3;
			running++;
			i++;
			continue;
		}
		if (wait(&status) > 0) {
			running--;
			failed += status != 0;
		}
	}
	return failed ? 1 : 0;
}
