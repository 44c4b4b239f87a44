/* Notes of who sends datagrams where, for the rungs on which no packet tells: written by the sender's own call, before the packet
 * is made. The local port is 0 where the socket has none yet, and the local address is never known.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "flows.h"
#include "packet_headers.h"

#define LOOPBACK_IPV4 0x7f000001U

/* 0.0.0.0 means this machine: the address that the socket is bound to, or loopback. */
static __always_inline void set_remote_ipv4(struct flow_key *key, __u32 remote, __u32 bound)
{
	if (!remote)
		remote = bound ? bound : __builtin_bswap32(LOOPBACK_IPV4);
	set_ipv4_mapped(key->remote_address, remote);
}

static __always_inline void set_remote_ipv6(struct flow_key *key, const __u32 *remote)
{
	__u32 *words = (__u32 *)key->remote_address;

	words[0] = remote[0];
	words[1] = remote[1];
	words[2] = remote[2];
	words[3] = remote[3];
	if (!(words[0] | words[1] | words[2] | words[3]))
		words[3] = __builtin_bswap32(1);
}
