/* The ways to send a datagram. */
#include "attempt.h"

#define TOGETHER 4

static int open_datagram(int protocol)
{
	return open_socket(SOCK_DGRAM, protocol);
}

static void send_one(int file, int index)
{
	struct sockaddr_storage to;
	socklen_t length = target_at(index, port, &to);

	tell(index);
	if (sendto(file, "hello", 5, 0, (struct sockaddr *)&to, length) != 5 && errno != ECONNREFUSED)
		fail("sendto");
}

static void by_sendto(int index)
{
	int file = open_datagram(0);

	send_one(file, index);
	close(file);
}

static void by_udplite(int index)
{
	int file = open_datagram(IPPROTO_UDPLITE);

	send_one(file, index);
	close(file);
}

static struct msghdr message_to(struct sockaddr_storage *to, socklen_t length, struct iovec *piece)
{
	*piece = (struct iovec){ "hello", 5 };
	return (struct msghdr){ .msg_name = to, .msg_namelen = length, .msg_iov = piece, .msg_iovlen = 1 };
}

static void by_sendmsg(int index)
{
	struct sockaddr_storage to;
	struct iovec piece;
	struct msghdr message = message_to(&to, target_at(index, port, &to), &piece);
	int file = open_datagram(0);

	tell(index);
	if (sendmsg(file, &message, 0) != 5)
		fail("sendmsg");
	close(file);
}

/* Several destinations in one call: the last of them sends for all. */
static void by_sendmmsg(int index)
{
	struct sockaddr_storage to[TOGETHER];
	struct mmsghdr messages[TOGETHER] = { 0 };
	struct iovec pieces[TOGETHER];
	int file;

	if (index % TOGETHER != TOGETHER - 1)
		return;
	file = open_datagram(0);
	for (int i = 0; i < TOGETHER; i++) {
		int at = index - i;

		tell(at);
		messages[i].msg_hdr = message_to(&to[i], target_at(at, port, &to[i]), &pieces[i]);
	}
	if (sendmmsg(file, messages, TOGETHER, 0) != TOGETHER)
		fail("sendmmsg");
	close(file);
}

static int open_connected(int index)
{
	int file = open_datagram(0);

	connect_and_tell(file, index);
	return file;
}

static void connected(int index)
{
	int file = open_connected(index);

	if (send(file, "hello", 5, 0) != 5)
		fail("send");
	close(file);
}

/* Connected, with a control message: takes another path in the kernel. */
static void connected_control(int index)
{
	char space[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec piece = { "hello", 5 };
	struct msghdr message = { .msg_iov = &piece, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof(space) };
	struct cmsghdr *control = CMSG_FIRSTHDR(&message);
	int hops = 33, file = open_connected(index);

	control->cmsg_level = family == 4 ? IPPROTO_IP : IPPROTO_IPV6;
	control->cmsg_type = family == 4 ? IP_TTL : IPV6_HOPLIMIT;
	control->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(control), &hops, sizeof(hops));
	if (sendmsg(file, &message, 0) != 5)
		fail("sendmsg with a control message");
	close(file);
}

static int shared_datagram(void)
{
	static int file = -1;

	return file < 0 ? (file = open_datagram(0)) : file;
}

static void one_to_many(int index)
{
	send_one(shared_datagram(), index);
}

/* Two processes with one socket, by turns. */
static void two_processes(int index)
{
	int file = shared_datagram();
	pid_t child;

	if (index % 2 == 0)
		return send_one(file, index);
	child = fork();
	if (child == 0) {
		send_one(file, index);
		_exit(0);
	}
	await_child(child);
}

static const struct named_case cases[] = {
	{ "sendto", by_sendto },
	{ "sendmsg", by_sendmsg },
	{ "sendmmsg", by_sendmmsg },
	{ "udplite", by_udplite },
	{ "connected", connected },
	{ "connected-control", connected_control },
	{ "one-to-many", one_to_many },
	{ "two-processes", two_processes },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return run_cases(argc, argv, cases);
}
