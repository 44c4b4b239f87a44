/* Conversations of datagrams that may come in: those that this machine began, and what the agent decided about others. The packet
 * programs and user space write, the programs of INPUT read. Only used while inbound flows are judged.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "owner.h"

/* As in a flow key. A remote end of zeros stands for whoever answers what was sent to a group. */
struct conversation {
	__u8 local_address[16];
	__u8 remote_address[16];
	__u16 local_port;
	__u16 remote_port;
	__u8 protocol;
	__u8 reserved[3];
};

struct conversation_state {
	__u64 socket_cookie; /* 0: a socket of the kernel's own */
	__u64 generation;    /* of the ruleset that let it in or refused it, void under any other; 0: it began here */
	__u64 expires_ns;    /* CLOCK_BOOTTIME; 0: as long as the socket is open */
	__u32 binds;         /* of the local port when this was written: another socket there makes it void */
	__u8 is_allow;
	__u8 reserved[3];
};
