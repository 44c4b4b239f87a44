// Measures blocking TCP connects to a listener of its own on 127.0.0.1:PORT. Usage: connect PORT COUNT
// Prints one line: p50 p90 p99 in microseconds.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static double now_us(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static int ascending(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;

	return (a > b) - (a < b);
}

static double connect_once(const struct sockaddr_in *address, int listener)
{
	struct linger reset = { 1, 0 };
	int file = socket(AF_INET, SOCK_STREAM, 0);
	double start = now_us();

	if (connect(file, (const struct sockaddr *)address, sizeof(*address)) != 0) {
		perror("connect");
		exit(1);
	}
	double taken = now_us() - start;
	setsockopt(file, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	close(accept(listener, NULL, NULL));
	close(file);
	return taken;
}

int main(int argc, char **argv)
{
	int port = argc > 1 ? atoi(argv[1]) : 0, count = argc > 2 ? atoi(argv[2]) : 0, one = 1;
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	double *times = calloc(count > 0 ? count : 1, sizeof(*times));

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (count < 1 || bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(listener, 64) != 0) {
		perror("connect PORT COUNT");
		return 1;
	}
	for (int index = 0; index < 50; index++)
		connect_once(&address, listener);
	for (int index = 0; index < count; index++)
		times[index] = connect_once(&address, listener);
	qsort(times, count, sizeof(*times), ascending);
	printf("%.1f %.1f %.1f\n", times[count / 2], times[count * 9 / 10], times[count * 99 / 100]);
	return 0;
}
