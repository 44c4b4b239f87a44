/* Packet sockets, whose frames pass below netfilter: who may open one, and who did. The agent writes what it has decided, the LSM
 * hook reads it at socket() and tells what came of it.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "owner.h"

enum packet_socket_answer {
	PACKET_SOCKET_NOT_KNOWN = 0, /* no rule knows it: the settings say what happens */
	PACKET_SOCKET_ALLOWED = 1,
	PACKET_SOCKET_DENIED = 2,
};

/* Those whom an answer is about; what `fields` (enum verdict_field) does not name is 0. */
struct packet_socket_opener {
	__u64 inode;
	__u64 ctime_ns;
	__u64 start_ns;
	__u64 place; /* see place_of(); 0 as well for a service of the system, of which no process is known yet */
	__u32 device;
	__u32 pid;
	__u32 uid;
	__u32 fields;
};

struct packet_socket_entry {
	__u64 generation; /* void under a later one */
	__u64 expires_ns; /* CLOCK_BOOTTIME; 0: as long as the generation */
	__u8 answer;      /* enum packet_socket_answer */
	__u8 reserved[7];
};

struct packet_socket_settings {
	__u64 network_namespace; /* cookie: a socket of another namespace sends through that one's interfaces */
	__u64 generation;        /* of the oldest entries that hold; 0: everything goes on */
	__u8 is_unknown_denied;
	__u8 reserved[7];
};

struct packet_socket_opened {
	struct owner owner;
	__u8 answer;     /* enum packet_socket_answer */
	__u8 is_refused; /* socket() failed with EPERM */
	__u8 reserved[6];
};
