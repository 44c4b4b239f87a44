/* The verdict cache: what the agent has decided, keyed by exactly those fields that its decision looked at. User space
 * writes keys and entries; the hooks and the packet program read them for every flow.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "flow.h"

/* Which fields a key holds; all others are 0 in it. */
enum verdict_field {
	VERDICT_FIELD_EXECUTABLE = 1, /* device, inode, change time, and the place */
	VERDICT_FIELD_PROCESS = 2,    /* pid, start time, executable and place: exec makes it another one */
	VERDICT_FIELD_UID = 4,
	VERDICT_FIELD_PROTOCOL = 8,
	VERDICT_FIELD_ADDRESS = 16, /* the remote one */
	VERDICT_FIELD_PORT = 32,    /* the remote one */
};

enum verdict_limit {
	/* in use at the same time: each costs a lookup for every flow that is not found under an earlier one */
	MOST_VERDICT_MASKS = 8,
};

struct verdict_key {
	__u8 remote_address[16];
	__u64 inode;
	__u64 ctime_ns;
	__u64 start_ns;
	__u64 place; /* see place_of() */
	__u32 device;
	__u32 pid;
	__u32 uid;
	__u32 fields; /* the mask: enum verdict_field */
	__u16 remote_port;
	__u8 protocol;
	__u8 reserved[5];
};

struct verdict_entry {
	__u64 generation;   /* of the ruleset that it follows from; void under any other */
	__u64 expires_ns;   /* CLOCK_BOOTTIME; 0: as long as the generation */
	__u64 window_ns;    /* CLOCK_BOOTTIME at which the kernel began to count the flows that it tells of one by one */
	__u64 alike;        /* flows decided by this entry that were counted, not told */
	__u32 told;         /* flows told since window_ns */
	__u32 number;       /* what the agent calls this entry */
	__u8 is_allow;
	__u8 reserved[7];
};

struct verdict_settings {
	__u32 agent_pid;         /* the agent's own flows are judged by the agent */
	__u32 mask_count;
	__u32 masks[MOST_VERDICT_MASKS];
};

/* The kernel decided a flow by itself. */
struct flow_decided {
	struct owner owner;
	struct flow_key key; /* denied at connect() or sendmsg(): local address and port are 0 */
	__u64 generation;
	__u64 at_ns; /* CLOCK_BOOTTIME */
	__u32 number;
	__u8 is_allow;
	__u8 reserved[3];
};
