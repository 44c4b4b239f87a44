/* The other side: echoes what arrives at PORT and says what it was. Usage: hear PORT ADDRESS...
 * Prints "ready", then "PROTOCOL FAMILY LENGTH" for each datagram, and for what arrives on a connection. Raw packets are
 * those of the protocols for experiments (253 and 254, RFC 3692). */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_FILES 1024

struct ear {
	const char *protocol;
	int family;
	int is_listening;
};

static struct pollfd polls[MOST_FILES];
static struct ear ears[MOST_FILES];
static int count;

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t read_address(const char *text, int port, union address *address)
{
	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, &address->v4.sin_addr) == 1) {
		address->v4.sin_family = AF_INET;
		address->v4.sin_port = htons(port);
		return sizeof(address->v4);
	}
	if (inet_pton(AF_INET6, text, &address->v6.sin6_addr) != 1)
		exit(2);
	address->v6.sin6_family = AF_INET6;
	address->v6.sin6_port = htons(port);
	return sizeof(address->v6);
}

static void add(int file, struct ear ear)
{
	if (count == MOST_FILES) {
		close(file);
		return;
	}
	polls[count] = (struct pollfd){ .fd = file, .events = POLLIN };
	ears[count++] = ear;
}

/* The last one takes its place. */
static void drop(int index)
{
	close(polls[index].fd);
	polls[index] = polls[--count];
	ears[index] = ears[count];
}

static int open_at(const union address *address, socklen_t length, int type, int protocol)
{
	int file = socket(address->any.sa_family, type, protocol);
	int bytes = 8 << 20, on = 1;

	setsockopt(file, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (file < 0 || bind(file, &address->any, length)) {
		perror("hear");
		exit(3);
	}
	return file;
}

static void open_all(const char *text, int port)
{
	union address address;
	socklen_t length = read_address(text, port, &address);
	int family = address.any.sa_family == AF_INET ? 4 : 6;
	int file = open_at(&address, length, SOCK_STREAM, IPPROTO_TCP);

	listen(file, 1024);
	add(file, (struct ear){ "tcp", family, 1 });
	add(open_at(&address, length, SOCK_DGRAM, IPPROTO_UDP), (struct ear){ "udp", family, 0 });
	add(open_at(&address, length, SOCK_DGRAM, IPPROTO_UDPLITE), (struct ear){ "udplite", family, 0 });
	/* A raw socket has no port. */
	length = read_address(text, 0, &address);
	for (int protocol = 253; protocol <= 254; protocol++)
		add(open_at(&address, length, SOCK_RAW, protocol), (struct ear){ "raw", family, 0 });
}

static void say(const struct ear *ear, long length)
{
	printf("%s %d %ld\n", ear->protocol, ear->family, length);
	fflush(stdout);
}

static void hear(int index)
{
	static char bytes[1 << 16];
	union address from;
	socklen_t size = sizeof(from);
	struct ear ear = ears[index];
	long length, header;

	if (ear.is_listening) {
		ear.is_listening = 0;
		add(accept(polls[index].fd, NULL, NULL), ear);
		return;
	}
	length = recvfrom(polls[index].fd, bytes, sizeof(bytes), 0, &from.any, &size);
	if (length <= 0) {
		drop(index);
		return;
	}
	/* With IPv4 a raw socket reads the header, too. */
	header = strcmp(ear.protocol, "raw") || ear.family == 6 ? 0 : 20;
	say(&ear, length - header);
	sendto(polls[index].fd, bytes + header, length - header, MSG_NOSIGNAL, &from.any, size);
}

int main(int argc, char **argv)
{
	for (int index = 2; index < argc; index++)
		open_all(argv[index], atoi(argv[1]));
	printf("ready\n");
	fflush(stdout);
	while (poll(polls, count, -1) > 0)
		for (int index = count - 1; index >= 0; index--)
			if (polls[index].revents)
				hear(index);
	return 1;
}
