/* Destinations that are not one other machine. An attempt has a port of its own. */
#include "attempt.h"
#include <net/if.h>

static socklen_t address_of(const char *text, int at_port, struct sockaddr_storage *to)
{
	struct sockaddr_in *v4 = (void *)to;
	struct sockaddr_in6 *v6 = (void *)to;

	memset(to, 0, sizeof(*to));
	/* Both have the port at the same place. */
	v4->sin_port = htons(at_port);
	if (family == 4) {
		v4->sin_family = AF_INET;
		inet_pton(AF_INET, text, &v4->sin_addr);
		return sizeof(*v4);
	}
	v6->sin6_family = AF_INET6;
	inet_pton(AF_INET6, text, &v6->sin6_addr);
	v6->sin6_scope_id = if_nametoindex("veth0");
	return sizeof(*v6);
}

/* No address means this machine itself. */
static void any_address(int index)
{
	struct sockaddr_storage to, seen;
	socklen_t length = address_of(family == 4 ? "0.0.0.0" : "::", port + index, &to);
	int file = open_stream();

	address_of(family == 4 ? "127.0.0.1" : "::1", port + index, &seen);
	tell_of(&seen);
	if (connect(file, (struct sockaddr *)&to, length) && errno != ECONNREFUSED)
		fail("connect");
	close(file);
}

static void send_to(const char *address, int index)
{
	struct sockaddr_storage to;
	socklen_t length = address_of(address, port + index, &to);
	int file = open_socket(SOCK_DGRAM, 0), on = 1;

	setsockopt(file, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
	tell_of(&to);
	if (sendto(file, "hello", 5, 0, (struct sockaddr *)&to, length) != 5)
		fail("sendto");
	close(file);
}

static void multicast(int index)
{
	send_to(family == 4 ? "224.0.0.251" : "ff02::fb", index);
}

static void broadcast(int index)
{
	send_to("255.255.255.255", index);
}

static void network_broadcast(int index)
{
	send_to("10.66.0.255", index);
}

static const struct named_case cases[] = {
	{ "any-address", any_address },
	{ "multicast", multicast },
	{ "broadcast", broadcast },
	{ "network-broadcast", network_broadcast },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return run_cases(argc, argv, cases);
}
