// The client of the bench: blocking connects, one after the other, each timed. Usage: connect ADDRESS PORT COUNT WARM_UP
// Prints the time of the whole measured loop, then each latency of connect(), in nanoseconds, a line each.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static long now_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000L + time.tv_nsec;
}

static long connect_once(const struct sockaddr_in *address)
{
	// Closing with a reset leaves no TIME_WAIT behind, so that the ports last.
	const struct linger reset = { 1, 0 };
	int file = socket(AF_INET, SOCK_STREAM, 0);
	long start_ns = now_ns(), taken_ns;

	if (connect(file, (const struct sockaddr *)address, sizeof(*address)) != 0) {
		perror("connect");
		exit(1);
	}
	taken_ns = now_ns() - start_ns;
	setsockopt(file, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(file);
	return taken_ns;
}

int main(int argc, char **argv)
{
	int count = argc == 5 ? atoi(argv[3]) : 0, warm_up = argc == 5 ? atoi(argv[4]) : 0;
	struct sockaddr_in address = { .sin_family = AF_INET };
	long *taken_ns = calloc(count > 0 ? count : 1, sizeof(*taken_ns)), start_ns;

	if (count < 1 || taken_ns == NULL || inet_pton(AF_INET, argv[1], &address.sin_addr) != 1) {
		fprintf(stderr, "Usage: connect ADDRESS PORT COUNT WARM_UP\n");
		return 2;
	}
	address.sin_port = htons(atoi(argv[2]));
	for (int index = 0; index < warm_up; index++)
		connect_once(&address);
	start_ns = now_ns();
	for (int index = 0; index < count; index++)
		taken_ns[index] = connect_once(&address);
	printf("%ld\n", now_ns() - start_ns);
	for (int index = 0; index < count; index++)
		printf("%ld\n", taken_ns[index]);
	return 0;
}
