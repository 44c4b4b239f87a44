// Opens many connections at once and says how each of them ended. Usage: hold ADDRESS PORT COUNT SECONDS
// Prints "opened" when every connect() was called, then a line for each: `connected`, or the name of its error;
// `pending` where nothing came within so many seconds.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

// -1 while it is neither connected nor failed. An ICMP error wakes poll() a moment before the socket has that error: without
// one it is connected only if it has a peer.
static int outcome_of(int file)
{
	struct sockaddr_in peer;
	socklen_t peer_length = sizeof(peer);
	int error = 0;
	socklen_t length = sizeof(error);

	getsockopt(file, SOL_SOCKET, SO_ERROR, &error, &length);
	if (error == 0 && getpeername(file, (struct sockaddr *)&peer, &peer_length) != 0)
		return -1;
	return error;
}

static const char *outcome_name(int error)
{
	if (error < 0)
		return "pending";
	return error == 0 ? "connected" : strerrorname_np(error);
}

// Waits until each connection ended; `outcomes` holds -1 for those that did not.
static void await_all(struct pollfd *polls, int *outcomes, int count, time_t end)
{
	int open = 0;

	for (int index = 0; index < count; index++)
		open += outcomes[index] < 0;
	while (open > 0 && time(NULL) < end) {
		poll(polls, count, 1000);
		for (int index = 0; index < count; index++) {
			if (polls[index].fd < 0 || polls[index].revents == 0)
				continue;
			outcomes[index] = outcome_of(polls[index].fd);
			if (outcomes[index] < 0)
				continue;
			polls[index].fd = -1;
			open--;
		}
	}
}

int main(int argc, char **argv)
{
	int count = argc == 5 ? atoi(argv[3]) : 0;
	struct sockaddr_in address = { .sin_family = AF_INET };
	struct pollfd *polls = calloc(count > 0 ? count : 1, sizeof(*polls));
	int *outcomes = calloc(count > 0 ? count : 1, sizeof(*outcomes));

	if (count < 1 || inet_pton(AF_INET, argv[1], &address.sin_addr) != 1) {
		fprintf(stderr, "Usage: hold ADDRESS PORT COUNT SECONDS\n");
		return 2;
	}
	address.sin_port = htons(atoi(argv[2]));
	for (int index = 0; index < count; index++) {
		int file = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		int failed = connect(file, (struct sockaddr *)&address, sizeof(address)) != 0;

		outcomes[index] = !failed ? 0 : errno == EINPROGRESS ? -1 : errno;
		polls[index] = (struct pollfd){ .fd = outcomes[index] < 0 ? file : -1, .events = POLLOUT };
	}
	printf("opened\n");
	fflush(stdout);
	await_all(polls, outcomes, count, time(NULL) + atoi(argv[4]));
	for (int index = 0; index < count; index++)
		printf("%s\n", outcome_name(outcomes[index]));
	return 0;
}
