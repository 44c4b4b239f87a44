/* Reads the headers of a packet as netfilter's OUTPUT hook shows it (offset 0 is the IP header) into a flow key.
 * apps/agent/src/capture/packet-headers.ts reads the same bytes to the same key; test/kernel compares the two.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "shared/flow.h"

#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd

#define IPPROTO_HOPOPTS 0
#define IPPROTO_ICMP 1
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_ROUTING 43
#define IPPROTO_FRAGMENT 44
#define IPPROTO_AH 51
#define IPPROTO_ICMPV6 58
#define IPPROTO_DSTOPTS 60
#define IPPROTO_SCTP 132
#define IPPROTO_UDPLITE 136

#define IPV4_HEADER 20
#define IPV4_FRAGMENT_OFFSET 0x1fff
#define IPV6_HEADER 40
#define IPV6_FRAGMENT_OFFSET 0xfff8
#define MAX_EXTENSION_HEADERS 8

#define ICMP_ECHO_REPLY 0
#define ICMP_ECHO 8
#define ICMPV6_ECHO 128
#define ICMPV6_ECHO_REPLY 129

/* The first bytes of a packet without options or extension headers: all that a flow key takes, read at once. */
struct ipv4_start {
	__u8 version_and_words;
	__u8 before_fragment[5];
	__be16 fragment;
	__u8 time_to_live;
	__u8 protocol;
	__u16 checksum;
	__u32 source;
	__u32 destination;
	__u8 transport[8];
};

struct ipv6_start {
	__u8 before_next_header[6];
	__u8 next_header;
	__u8 hop_limit;
	__u32 source[4];
	__u32 destination[4];
	__u8 transport[8];
};

#define IPV4_WITHOUT_OPTIONS 0x45

static __always_inline void set_ipv4_mapped(__u8 *address, __u32 ipv4)
{
	__u32 *words = (__u32 *)address;

	words[2] = __builtin_bswap32(0xffff);
	words[3] = ipv4;
}

static __always_inline bool is_icmp(__u8 protocol)
{
	return protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6;
}

/* Reads no more than the first 6 bytes. */
static __always_inline void take_echo(const __u8 *header, struct flow_key *key)
{
	if (key->protocol == IPPROTO_ICMP ? header[0] != ICMP_ECHO && header[0] != ICMP_ECHO_REPLY
					  : header[0] != ICMPV6_ECHO && header[0] != ICMPV6_ECHO_REPLY)
		return;
	key->local_port = header[4] << 8 | header[5];
}

static __always_inline void take_ports(const __u8 *header, struct flow_key *key)
{
	key->local_port = header[0] << 8 | header[1];
	key->remote_port = header[2] << 8 | header[3];
	if (key->protocol == IPPROTO_TCP)
		key->sequence = (__u32)header[4] << 24 | header[5] << 16 | header[6] << 8 | header[7];
}

static __always_inline bool has_ports(__u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE || protocol == IPPROTO_SCTP;
}

static __always_inline void read_transport(struct __sk_buff *skb, __u32 offset, struct flow_key *key)
{
	__u8 header[8];

	if (has_ports(key->protocol) && !bpf_skb_load_bytes(skb, offset, header, 8))
		take_ports(header, key);
	if (is_icmp(key->protocol) && !bpf_skb_load_bytes(skb, offset, header, 6))
		take_echo(header, key);
}

/* False where it is not as most packets are; then nothing of the key is written. */
static __always_inline bool read_usual_ipv4(struct __sk_buff *skb, struct flow_key *key)
{
	struct ipv4_start start;

	if (bpf_skb_load_bytes(skb, 0, &start, sizeof(start)) || start.version_and_words != IPV4_WITHOUT_OPTIONS ||
	    start.fragment & __builtin_bswap16(IPV4_FRAGMENT_OFFSET) || !has_ports(start.protocol))
		return false;
	set_ipv4_mapped(key->local_address, start.source);
	set_ipv4_mapped(key->remote_address, start.destination);
	key->protocol = start.protocol;
	take_ports(start.transport, key);
	return true;
}

static __always_inline bool read_usual_ipv6(struct __sk_buff *skb, struct flow_key *key)
{
	struct ipv6_start start;

	if (bpf_skb_load_bytes(skb, 0, &start, sizeof(start)) || start.before_next_header[0] >> 4 != 6 ||
	    !has_ports(start.next_header))
		return false;
	__builtin_memcpy(key->local_address, start.source, sizeof(key->local_address));
	__builtin_memcpy(key->remote_address, start.destination, sizeof(key->remote_address));
	key->protocol = start.next_header;
	take_ports(start.transport, key);
	return true;
}

static __always_inline bool read_ipv4(struct __sk_buff *skb, struct flow_key *key)
{
	__u32 header[IPV4_HEADER / 4];
	const __u8 *bytes = (const __u8 *)header;

	if (bpf_skb_load_bytes(skb, 0, header, sizeof(header)))
		return false;
	set_ipv4_mapped(key->local_address, header[3]);
	set_ipv4_mapped(key->remote_address, header[4]);
	key->protocol = bytes[9];
	/* Only the first fragment has a transport header. */
	if (((bytes[6] << 8 | bytes[7]) & IPV4_FRAGMENT_OFFSET) == 0)
		read_transport(skb, (bytes[0] & 0x0f) * 4, key);
	return true;
}

/* Offset of what follows the extension header at `offset`, whose kind becomes *next; 0 where there is nothing to read. */
static __always_inline __u32 skip_extension(struct __sk_buff *skb, __u32 offset, __u8 *next)
{
	__u8 header[4];

	if (bpf_skb_load_bytes(skb, offset, header, sizeof(header)))
		return 0;
	if (*next == IPPROTO_FRAGMENT) {
		*next = header[0];
		return (header[2] << 8 | header[3]) & IPV6_FRAGMENT_OFFSET ? 0 : offset + 8;
	}
	offset += *next == IPPROTO_AH ? (header[1] + 2) * 4 : (header[1] + 1) * 8;
	*next = header[0];
	return offset;
}

static __always_inline bool is_extension(__u8 protocol)
{
	return protocol == IPPROTO_HOPOPTS || protocol == IPPROTO_ROUTING || protocol == IPPROTO_FRAGMENT ||
	       protocol == IPPROTO_AH || protocol == IPPROTO_DSTOPTS;
}

/* Where the transport header is, whose protocol becomes *next; 0 where there is none. */
static __always_inline __u32 skip_extensions(struct __sk_buff *skb, __u8 *next)
{
	__u32 offset = IPV6_HEADER;

	for (int i = 0; i < MAX_EXTENSION_HEADERS && offset != 0 && is_extension(*next); i++)
		offset = skip_extension(skb, offset, next);
	return offset;
}

static __always_inline bool read_ipv6(struct __sk_buff *skb, struct flow_key *key)
{
	__u8 header[IPV6_HEADER];
	__u32 offset;
	__u8 next;

	if (bpf_skb_load_bytes(skb, 0, header, sizeof(header)))
		return false;
	__builtin_memcpy(key->local_address, header + 8, 16);
	__builtin_memcpy(key->remote_address, header + 24, 16);
	next = header[6];
	offset = skip_extensions(skb, &next);
	key->protocol = next;
	if (offset != 0)
		read_transport(skb, offset, key);
	return true;
}

/* False where there is no whole IP header, and where the packet says another version than the kernel sends it as: a raw IPv6
 * socket can write a 4 there, and what follows would be read at the wrong places. */
static __always_inline bool read_flow_key(struct __sk_buff *skb, struct flow_key *key)
{
	bool is_ipv4 = skb->protocol == __builtin_bswap16(ETH_P_IP);
	__u8 version;

	if (is_ipv4 ? read_usual_ipv4(skb, key) : skb->protocol == __builtin_bswap16(ETH_P_IPV6) && read_usual_ipv6(skb, key))
		return true;
	if (bpf_skb_load_bytes(skb, 0, &version, sizeof(version)))
		return false;
	if (version >> 4 == 4 && is_ipv4)
		return read_ipv4(skb, key);
	return version >> 4 == 6 && skb->protocol == __builtin_bswap16(ETH_P_IPV6) ? read_ipv6(skb, key) : false;
}
