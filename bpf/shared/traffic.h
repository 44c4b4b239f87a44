/* What flows carry: bytes and packets for each socket, and for each remote end of a datagram socket. The traffic programs
 * write, user space reads.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "owner.h"

/* Bytes are those of IP packets, headers included, as netfilter counts them. */
struct traffic {
	__u64 packets_out;
	__u64 bytes_out;
	__u64 packets_in;
	__u64 bytes_in;
};

/* All that is kept of an open socket. */
struct socket_record {
	struct owner owner;
	struct traffic traffic; /* of a stream; of other sockets what belongs to no flow that user space was told of */
	__u32 number;           /* the cached verdict that let an untold flow through, which gets its traffic; 0: none */
	__u8 is_stream;         /* TCP: one flow, so that no packet has to be read */
	__u8 is_told;           /* user space knows a flow of it, and wants to hear of its end */
	__u8 reserved[2];
};

/* What a datagram flow shares with all of its datagrams. */
struct datagram_flow {
	__u64 socket_cookie;
	__u8 remote_address[16];
	__u16 remote_port;
	__u8 protocol;
	__u8 is_forwarded; /* its socket is in another network namespace than the agent's */
	__u8 reserved[4];
};
