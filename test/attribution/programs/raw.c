/* Packets without a port: pings and raw sockets. */
#include "attempt.h"
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include "../../lab/internet-checksum.h"

/* For experiments (RFC 3692). */
#define EXPERIMENTAL 253

static void send_from(int type, int protocol, const void *bytes, size_t length, int index)
{
	struct sockaddr_storage to;
	socklen_t to_length = target_at(index, 0, &to);
	int file = open_socket(type, protocol);

	tell_at(index, 0);
	if (sendto(file, bytes, length, 0, (struct sockaddr *)&to, to_length) < 0)
		fail("sendto");
	close(file);
}

static void ping(int type, int index)
{
	struct icmphdr echo = { .un.echo = { .id = htons(getpid()), .sequence = htons(index) } };

	echo.type = family == 4 ? ICMP_ECHO : ICMP6_ECHO_REQUEST;
	/* Of ICMPv6 the kernel makes the checksum. */
	if (family == 4)
		echo.checksum = checksum((void *)&echo, sizeof(echo) / 2);
	send_from(type, family == 4 ? IPPROTO_ICMP : IPPROTO_ICMPV6, &echo, sizeof(echo), index);
}

static void ping_socket(int index)
{
	ping(SOCK_DGRAM, index);
}

static void ping_raw(int index)
{
	ping(SOCK_RAW, index);
}

static void raw_ip(int index)
{
	send_from(SOCK_RAW, EXPERIMENTAL, "hello, world", 12, index);
}

/* An IPv4 packet that goes around netfilter, from an interface itself. */
static void packet_socket(int index)
{
	struct {
		struct iphdr ip;
		char text[12];
	} packet = { .ip = { .version = 4, .ihl = 5, .ttl = 64, .protocol = EXPERIMENTAL } };
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_halen = 6 };
	int file = socket(AF_PACKET, SOCK_DGRAM, 0);

	if (file < 0)
		not_here("a packet socket");
	to.sll_ifindex = if_nametoindex("veth0");
	memset(to.sll_addr, 0xff, sizeof(to.sll_addr));
	packet.ip.tot_len = htons(sizeof(packet));
	packet.ip.daddr = htonl(FIRST_IPV4 + index);
	packet.ip.check = checksum((void *)&packet.ip, sizeof(packet.ip) / 2);
	tell_at(index, 0);
	if (sendto(file, &packet, sizeof(packet), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		fail("sendto");
	close(file);
}

static const struct named_case cases[] = {
	{ "ping-socket", ping_socket },
	{ "ping-raw", ping_raw },
	{ "raw-ip", raw_ip },
	{ "packet-socket", packet_socket },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return run_cases(argc, argv, cases);
}
