// The fastest NFQUEUE listener we know: one thread, plain recv and send on a netlink socket, every packet accepted.
// It is what the addon is measured against. Usage: accept QUEUE
#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct {
	struct nlmsghdr header;
	struct nfgenmsg general;
	struct nlattr attribute;
	struct nfqnl_msg_verdict_hdr verdict;
} answer;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static size_t append(char *message, size_t length, unsigned type, const void *value, size_t bytes)
{
	struct nlattr attribute = { (unsigned short)(NLA_HDRLEN + bytes), (unsigned short)type };

	memcpy(message + length, &attribute, sizeof(attribute));
	memcpy(message + length + NLA_HDRLEN, value, bytes);
	return length + NLA_HDRLEN + NLA_ALIGN(bytes);
}

static void bind_queue(int file, unsigned short queue)
{
	char message[128] = { 0 }, reply[8192];
	struct nlmsghdr *header = (struct nlmsghdr *)message;
	struct nfgenmsg general = { AF_UNSPEC, NFNETLINK_V0, htons(queue) };
	struct nfqnl_msg_config_cmd command = { NFQNL_CFG_CMD_BIND, 0, 0 };
	struct nfqnl_msg_config_params params = { htonl(1500), NFQNL_COPY_PACKET };
	unsigned maximum = htonl(4096), flags = htonl(NFQA_CFG_F_GSO | NFQA_CFG_F_UID_GID);
	size_t length = NLMSG_HDRLEN;

	memcpy(message + length, &general, sizeof(general));
	length += sizeof(general);
	length = append(message, length, NFQA_CFG_CMD, &command, sizeof(command));
	length = append(message, length, NFQA_CFG_PARAMS, &params, sizeof(params));
	length = append(message, length, NFQA_CFG_QUEUE_MAXLEN, &maximum, sizeof(maximum));
	length = append(message, length, NFQA_CFG_MASK, &flags, sizeof(flags));
	length = append(message, length, NFQA_CFG_FLAGS, &flags, sizeof(flags));
	header->nlmsg_len = (unsigned)length;
	header->nlmsg_type = (NFNL_SUBSYS_QUEUE << 8) | NFQNL_MSG_CONFIG;
	header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	if (send(file, message, length, 0) < 0 || recv(file, reply, sizeof(reply), 0) < 0)
		fail("bind request");
	struct nlmsgerr *result = NLMSG_DATA((struct nlmsghdr *)reply);
	if (result->error != 0) {
		fprintf(stderr, "bind to queue %u: %s\n", queue, strerror(-result->error));
		exit(1);
	}
}

static void accept_packet(int file, const char *message)
{
	const struct nlmsghdr *header = (const struct nlmsghdr *)message;
	// The kernel puts NFQA_PACKET_HDR first.
	const char *first = (const char *)NLMSG_DATA(header) + NLMSG_ALIGN(sizeof(struct nfgenmsg));
	const struct nfqnl_msg_packet_hdr *packet = (const void *)(first + NLA_HDRLEN);

	if (header->nlmsg_type != ((NFNL_SUBSYS_QUEUE << 8) | NFQNL_MSG_PACKET))
		return;
	answer.verdict.id = packet->packet_id;
	if (send(file, &answer, sizeof(answer), 0) < 0)
		fail("verdict");
}

int main(int argc, char **argv)
{
	static char message[8192];
	unsigned short queue = argc > 1 ? (unsigned short)atoi(argv[1]) : 0;
	int one = 1, buffer = 4 << 20;
	int file = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);

	if (file < 0)
		fail("socket");
	setsockopt(file, SOL_NETLINK, NETLINK_NO_ENOBUFS, &one, sizeof(one));
	setsockopt(file, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer));
	bind_queue(file, queue);
	answer.header.nlmsg_len = sizeof(answer);
	answer.header.nlmsg_type = (NFNL_SUBSYS_QUEUE << 8) | NFQNL_MSG_VERDICT;
	answer.header.nlmsg_flags = NLM_F_REQUEST;
	answer.general.res_id = htons(queue);
	answer.attribute.nla_len = NLA_HDRLEN + sizeof(answer.verdict);
	answer.attribute.nla_type = NFQA_VERDICT_HDR;
	answer.verdict.verdict = htonl(NF_ACCEPT);
	printf("ready\n");
	fflush(stdout);
	while (recv(file, message, sizeof(message), 0) >= 0)
		accept_packet(file, message);
	fail("recv");
}
