/* The ways to begin a stream. */
#include "attempt.h"
#include <netinet/tcp.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static void plain(int index)
{
	int file = open_stream();

	connect_and_tell(file, index);
	close(file);
}

/* An IPv6 socket that speaks IPv4. */
static void mapped(int index)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	int file = socket(AF_INET6, SOCK_STREAM, 0);

	to.sin6_addr.s6_addr32[2] = htonl(0xffff);
	to.sin6_addr.s6_addr32[3] = htonl(FIRST_IPV4 + index);
	tell(index);
	if (file < 0 || (connect(file, (struct sockaddr *)&to, sizeof(to)) && errno != ECONNREFUSED))
		fail("connect");
	close(file);
}

static void open_and_connect(int protocol, int index)
{
	int file = open_socket(SOCK_STREAM, protocol);

	connect_and_tell(file, index);
	close(file);
}

static void mptcp(int index)
{
	open_and_connect(IPPROTO_MPTCP, index);
}

static void sctp(int index)
{
	open_and_connect(IPPROTO_SCTP, index);
}

static void fast_open_sendto(int index)
{
	struct sockaddr_storage to;
	socklen_t length = target_at(index, port, &to);
	int file = open_stream();

	tell(index);
	if (sendto(file, "hello", 5, MSG_FASTOPEN, (struct sockaddr *)&to, length) < 0 && errno != ECONNREFUSED)
		fail("MSG_FASTOPEN");
	close(file);
}

static void fast_open_option(int index)
{
	int file = open_stream(), on = 1;

	if (setsockopt(file, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof(on)))
		not_here("TCP_FASTOPEN_CONNECT");
	connect_and_tell(file, index);
	if (send(file, "hello", 5, MSG_NOSIGNAL) < 0 && errno != ECONNREFUSED && errno != EPIPE)
		fail("send");
	close(file);
}

static const struct named_case cases[] = {
	{ "plain", plain },
	{ "mapped", mapped },
	{ "mptcp", mptcp },
	{ "sctp", sctp },
	{ "fast-open-sendto", fast_open_sendto },
	{ "fast-open-option", fast_open_option },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return run_cases(argc, argv, cases);
}
