// The sender of `bench flows`: one socket, a datagram to each of COUNT remote ends. Usage: flows ADDRESS PORTS COUNT
// The ends are the ports 1 to PORTS of ADDRESS, then of the address after it, and so on. Prints how many nanoseconds it took. A
// refusal ends nothing: it is of this datagram, or of an earlier one.
#include <arpa/inet.h>
#include <errno.h>
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

static void send_to(int file, const struct sockaddr_in *to)
{
	if (sendto(file, "x", 1, 0, (const struct sockaddr *)to, sizeof(*to)) == 1 || errno == EPERM || errno == ECONNREFUSED)
		return;
	perror("flows: sendto");
	exit(1);
}

int main(int argc, char **argv)
{
	int ports = argc == 4 ? atoi(argv[2]) : 0, count = argc == 4 ? atoi(argv[3]) : 0;
	struct sockaddr_in to = { .sin_family = AF_INET };
	int file = socket(AF_INET, SOCK_DGRAM, 0);
	struct in_addr first;
	long start_ns;

	if (ports < 1 || count < 1 || inet_pton(AF_INET, argv[1], &first) != 1) {
		fprintf(stderr, "Usage: flows ADDRESS PORTS COUNT\n");
		return 2;
	}
	start_ns = now_ns();
	for (int index = 0; index < count; index++) {
		to.sin_port = htons(1 + index % ports);
		to.sin_addr.s_addr = htonl(ntohl(first.s_addr) + index / ports);
		send_to(file, &to);
	}
	printf("%ld\n", now_ns() - start_ns);
	return 0;
}
