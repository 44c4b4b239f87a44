/* Sends one packet as it is given, IP header included. Usage: raw-packet ADDRESS HEX; prints "sent" or the error. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	unsigned char bytes[1 << 16];
	size_t length = 0;
	ssize_t sent;
	int file;

	if (argc != 3)
		return 2;
	while (length < sizeof(bytes) && sscanf(argv[2] + 2 * length, "%2hhx", &bytes[length]) == 1)
		length++;
	if (inet_pton(AF_INET, argv[1], &v4.sin_addr) == 1) {
		file = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
		sent = sendto(file, bytes, length, 0, (struct sockaddr *)&v4, sizeof(v4));
	} else if (inet_pton(AF_INET6, argv[1], &v6.sin6_addr) == 1) {
		file = socket(AF_INET6, SOCK_RAW, IPPROTO_RAW);
		sent = sendto(file, bytes, length, 0, (struct sockaddr *)&v6, sizeof(v6));
	} else {
		return 2;
	}
	printf("%s\n", sent < 0 ? strerrorname_np(errno) : "sent");
	return 0;
}
