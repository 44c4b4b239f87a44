// The datagram client and server of the bench.
// `datagrams sink PORT` prints `ready` and lets a socket on every address fill up until it is ended: what does not fit is dropped and
// wakes nobody. A server that reads sleeps more often the slower the sender is, and waking it costs more than what is measured.
// `datagrams send ADDRESS PORT COUNT WARM_UP` sends from one socket that is not connected, and prints the time of the measured loop in
// nanoseconds. A datagram that cannot be sent ends it.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static long now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000L + time.tv_nsec;
}

static int sink_on(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	int file = socket(AF_INET, SOCK_DGRAM, 0);

	if (bind(file, (const struct sockaddr *)&address, sizeof(address)) != 0) {
		perror("datagrams: bind");
		return 1;
	}
	printf("ready\n");
	fflush(stdout);
	for (;;)
		pause();
}

static int send_to(const struct sockaddr_in *address, int count, int warm_up)
{
	const char bytes[32] = "sallyport";
	int file = socket(AF_INET, SOCK_DGRAM, 0);
	long start_ns = now_ns();

	for (int index = 0; index < warm_up + count; index++) {
		if (index == warm_up)
			start_ns = now_ns();
		if (sendto(file, bytes, sizeof(bytes), 0, (const struct sockaddr *)address, sizeof(*address)) < 0) {
			perror("datagrams: sendto");
			return 1;
		}
	}
	printf("%ld\n", now_ns() - start_ns);
	return 0;
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET };

	if (argc == 3 && strcmp(argv[1], "sink") == 0)
		return sink_on(atoi(argv[2]));
	if (argc != 6 || strcmp(argv[1], "send") != 0 || inet_pton(AF_INET, argv[2], &address.sin_addr) != 1) {
		fprintf(stderr, "Usage: datagrams sink PORT | datagrams send ADDRESS PORT COUNT WARM_UP\n");
		return 2;
	}
	address.sin_port = htons(atoi(argv[3]));
	return send_to(&address, atoi(argv[4]), atoi(argv[5]));
}
