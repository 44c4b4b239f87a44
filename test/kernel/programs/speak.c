/* Sends by one protocol and says how that ended. Usage: speak [--on-line] KIND ADDRESS PORT
 * Prints "answered", "silent" after 10 seconds, or the name of the error. With --on-line
 * it prints "ready" and speaks once for each line of its input, from the same process. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "../../lab/internet-checksum.h"

#define ANSWER_WITHIN_MS 10000
#define LARGE_BYTES 20000
#define BURST_DATAGRAMS 300
#define MUCH_ROUNDS 48

static union {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
} to;
static socklen_t to_length;

static void read_target(const char *address, int port)
{
	if (inet_pton(AF_INET, address, &to.v4.sin_addr) == 1) {
		to.v4.sin_family = AF_INET;
		to.v4.sin_port = htons(port);
		to_length = sizeof(to.v4);
		return;
	}
	if (inet_pton(AF_INET6, address, &to.v6.sin6_addr) != 1)
		exit(2);
	to.v6.sin6_family = AF_INET6;
	to.v6.sin6_port = htons(port);
	to_length = sizeof(to.v6);
}

/* So that an ICMP error reaches sockets without a connection, too. */
static int open_socket(int type, int protocol)
{
	int file = socket(to.any.sa_family, type, protocol);
	int on = 1, bytes = 8 << 20;

	if (file < 0)
		return -1;
	setsockopt(file, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes));
	if (type != SOCK_STREAM) {
		setsockopt(file, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
		setsockopt(file, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
	}
	return file;
}

static const char *await_within(int file, int timeout_ms)
{
	static char bytes[1 << 16];
	struct pollfd poll_file = { .fd = file, .events = POLLIN };

	if (poll(&poll_file, 1, timeout_ms) == 0)
		return "silent";
	return recv(file, bytes, sizeof(bytes), 0) >= 0 ? "answered" : strerrorname_np(errno);
}

static const char *await_answer(int file)
{
	return await_within(file, ANSWER_WITHIN_MS);
}

static const char *send_datagram(int file, const void *bytes, size_t length)
{
	if (file < 0 || sendto(file, bytes, length, 0, &to.any, to_length) < 0)
		return strerrorname_np(errno);
	return await_answer(file);
}

static const char *send_connected(int file)
{
	if (file < 0 || connect(file, &to.any, to_length) || send(file, "hello", 5, MSG_NOSIGNAL) < 0)
		return strerrorname_np(errno);
	return await_answer(file);
}

/* After its answer the connection stays as it is, until somebody ends it. */
static const char *stay_connected(int file)
{
	printf("%s\n", send_connected(file));
	fflush(stdout);
	return await_within(file, -1);
}

/* To the client's interface in the lab. */
static int bind_to_device(int file)
{
	return setsockopt(file, SOL_SOCKET, SO_BINDTODEVICE, "veth0", sizeof("veth0")) ? -1 : file;
}

/* Sends and hears the same some megabytes, and closes when somebody says so. */
static const char *talk_much(int file)
{
	static char bytes[1 << 16];
	char line[16];

	if (file < 0 || connect(file, &to.any, to_length))
		return strerrorname_np(errno);
	for (int round = 0; round < MUCH_ROUNDS; round++)
		if (send(file, bytes, sizeof(bytes), MSG_NOSIGNAL) < 0 ||
		    recv(file, bytes, sizeof(bytes), MSG_WAITALL) != sizeof(bytes))
			return strerrorname_np(errno);
	printf("answered\n");
	fflush(stdout);
	return fgets(line, sizeof(line), stdin) ? "closed" : "alone";
}

static const char *send_burst(int file)
{
	for (int count = 1; count < BURST_DATAGRAMS; count++)
		if (sendto(file, "hello", 5, 0, &to.any, to_length) < 0)
			return strerrorname_np(errno);
	return send_datagram(file, "hello", 5);
}

/* Sticky options: a hop-by-hop and a destination options header, each of padding. */
static const char *send_with_options(int file)
{
	unsigned char padding[8] = { 0, 0, 1, 4 };

	if (setsockopt(file, IPPROTO_IPV6, IPV6_HOPOPTS, padding, sizeof(padding)) ||
	    setsockopt(file, IPPROTO_IPV6, IPV6_DSTOPTS, padding, sizeof(padding)))
		return strerrorname_np(errno);
	return send_datagram(file, "hello", 5);
}

static const char *ping(int type)
{
	struct icmphdr echo = { .type = ICMP_ECHO, .un.echo = { .id = htons(getpid()), .sequence = htons(1) } };
	struct icmp6_filter filter;
	int file;

	if (to.any.sa_family == AF_INET6) {
		echo.type = ICMP6_ECHO_REQUEST;
		/* A raw socket takes a protocol where others take a port, and hears of neighbours, too. */
		to.v6.sin6_port = 0;
		file = open_socket(type, IPPROTO_ICMPV6);
		ICMP6_FILTER_SETBLOCKALL(&filter);
		ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter);
		setsockopt(file, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof(filter));
		return send_datagram(file, &echo, sizeof(echo));
	}
	echo.checksum = checksum((void *)&echo, sizeof(echo) / 2);
	return send_datagram(open_socket(type, IPPROTO_ICMP), &echo, sizeof(echo));
}

static const char *send_raw(int protocol, const void *bytes, size_t length)
{
	/* It takes a protocol where others take a port. */
	if (to.any.sa_family == AF_INET6)
		to.v6.sin6_port = 0;
	return send_datagram(open_socket(SOCK_RAW, protocol), bytes, length);
}

/* A segment of a connection that never was: no SYN in it. */
static const char *forge(int port)
{
	struct tcphdr segment = { .source = htons(4712), .dest = htons(port), .seq = htonl(1), .doff = 5, .ack = 1 };

	return send_raw(IPPROTO_TCP, &segment, sizeof(segment));
}

static const char *speak(const char *kind, int port)
{
	static char large[LARGE_BYTES];

	if (!strcmp(kind, "tcp"))
		return send_connected(open_socket(SOCK_STREAM, 0));
	if (!strcmp(kind, "tcp-long"))
		return stay_connected(open_socket(SOCK_STREAM, 0));
	if (!strcmp(kind, "tcp-bound"))
		return stay_connected(bind_to_device(open_socket(SOCK_STREAM, 0)));
	if (!strcmp(kind, "udp-long"))
		return stay_connected(open_socket(SOCK_DGRAM, 0));
	if (!strcmp(kind, "tcp-much"))
		return talk_much(open_socket(SOCK_STREAM, 0));
	if (!strcmp(kind, "udp"))
		return send_datagram(open_socket(SOCK_DGRAM, 0), "hello", 5);
	if (!strcmp(kind, "udp-connected"))
		return send_connected(open_socket(SOCK_DGRAM, 0));
	if (!strcmp(kind, "udp-large"))
		return send_datagram(open_socket(SOCK_DGRAM, 0), large, sizeof(large));
	if (!strcmp(kind, "udp-burst"))
		return send_burst(open_socket(SOCK_DGRAM, 0));
	if (!strcmp(kind, "udp-options"))
		return send_with_options(open_socket(SOCK_DGRAM, 0));
	if (!strcmp(kind, "udplite"))
		return send_datagram(open_socket(SOCK_DGRAM, IPPROTO_UDPLITE), "hello", 5);
	if (!strcmp(kind, "sctp"))
		return send_connected(open_socket(SOCK_STREAM, IPPROTO_SCTP));
	if (!strcmp(kind, "ping-socket"))
		return ping(SOCK_DGRAM);
	if (!strcmp(kind, "ping-raw"))
		return ping(SOCK_RAW);
	if (!strcmp(kind, "raw-253") || !strcmp(kind, "raw-254"))
		return send_raw(atoi(kind + 4), "hello, world", 12);
	if (!strcmp(kind, "forged-segment"))
		return forge(port);
	return "no such kind";
}

int main(int argc, char **argv)
{
	int on_line = argc > 1 && !strcmp(argv[1], "--on-line");
	char **words = argv + on_line;
	char line[16];

	if (argc - on_line != 4)
		return 2;
	if (on_line) {
		printf("ready\n");
		fflush(stdout);
	}
	while (!on_line || fgets(line, sizeof(line), stdin)) {
		read_target(words[2], atoi(words[3]));
		printf("%s\n", speak(words[1], atoi(words[3])));
		fflush(stdout);
		if (!on_line)
			return 0;
	}
	return 0;
}
