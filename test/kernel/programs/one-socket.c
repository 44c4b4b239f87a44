/* One datagram socket that goes from hand to hand. Usage: one-socket FILE ADDRESS PORT STEP...
 * FILE is `new` or the descriptor of a socket that was opened before. Each step waits for a line of input:
 *   self=COUNT   sends so often and waits for each answer; prints "answered" or the name of the first error
 *   other=PATH   a new process that becomes PATH does that once
 *   become=PATH  becomes PATH, which goes on with the next step; prints nothing */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANSWER_WITHIN_MS 10000

static int open_socket(void)
{
	int file = socket(AF_INET, SOCK_DGRAM, 0), on = 1;

	/* A refusal that comes after the call is an error of the next one. */
	setsockopt(file, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
	return file;
}

static void forget_refusals(int file)
{
	char bytes[512];
	struct iovec part = { .iov_base = bytes, .iov_len = sizeof(bytes) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	while (recvmsg(file, &message, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0)
		;
}

static const char *send_once(int file, const struct sockaddr_in *to)
{
	struct pollfd poll_file = { .fd = file, .events = POLLIN };
	char byte;

	if (sendto(file, "x", 1, 0, (const struct sockaddr *)to, sizeof(*to)) < 0)
		return strerrorname_np(errno);
	if (poll(&poll_file, 1, ANSWER_WITHIN_MS) == 0)
		return "silent";
	if (recv(file, &byte, 1, 0) >= 0)
		return "answered";
	return strerrorname_np(errno);
}

static void send_often(int file, const struct sockaddr_in *to, int count)
{
	const char *answer = "answered";

	while (count-- > 0 && !strcmp(answer, "answered"))
		answer = send_once(file, to);
	forget_refusals(file);
	printf("%s\n", answer);
	fflush(stdout);
}

static void become(char **words, char **steps, const char *path)
{
	char *argv[64] = { (char *)path, words[1], words[2], words[3] };

	for (int index = 0; index < 59 && steps[index]; index++)
		argv[4 + index] = steps[index];
	execv(path, argv);
	perror(path);
	exit(1);
}

static void send_by_other(char **words, char *path)
{
	char *once[] = { "now=1", NULL };
	pid_t pid = fork();

	if (pid == 0)
		become(words, once, path);
	waitpid(pid, NULL, 0);
}

static void wait_for_line(void)
{
	char byte = 0;

	/* Not more than the line: what comes after it is read by whoever this process becomes. */
	while (byte != '\n')
		if (read(STDIN_FILENO, &byte, 1) != 1)
			exit(3);
}

int main(int argc, char **argv)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	char number[16];
	int file;

	if (argc < 5 || inet_pton(AF_INET, argv[2], &to.sin_addr) != 1)
		return 2;
	to.sin_port = htons(atoi(argv[3]));
	file = strcmp(argv[1], "new") ? atoi(argv[1]) : open_socket();
	snprintf(number, sizeof(number), "%d", file);
	argv[1] = number;
	for (char **step = argv + 4; *step; step++) {
		char *value = strchr(*step, '=') + 1;

		if (strncmp(*step, "now=", 4))
			wait_for_line();
		if (!strncmp(*step, "other=", 6))
			send_by_other(argv, value);
		else if (!strncmp(*step, "become=", 7))
			become(argv, step + 1, value);
		else
			send_often(file, &to, atoi(value));
	}
	return 0;
}
