/* The flow map: which Owner's packet is about to be queued. Key and value are written by the packet program and read by
 * the agent a moment later, when it receives that same packet.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "owner.h"

/* Addresses are in network order, IPv4 as ::ffff:a.b.c.d; ports in host order. */
struct flow_key {
	__u8 local_address[16];
	__u8 remote_address[16];
	__u32 sequence;    /* TCP: the sequence number of the SYN, so that a reused port is another key; otherwise 0 */
	__u16 local_port;  /* ICMP and ICMPv6: identifier of an echo, otherwise 0; 0 for protocols without ports */
	__u16 remote_port;
	__u8 protocol;
	__u8 reserved[7];
};

struct flow_owner {
	struct owner owner;
	__u64 written_ns;      /* CLOCK_MONOTONIC */
	__u64 shared_until_ns; /* until then packets of two different processes carry this key: the Owner is ambiguous */
};

/* Who sent a packet that is forwarded here. */
struct sender_key {
	__u8 address[16];
	__u32 sequence; /* as in struct flow_key */
	__u16 port;
	__u8 protocol;
	__u8 reserved;
};
