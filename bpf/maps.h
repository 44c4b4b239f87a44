/* The maps that more than one program touches: each is defined in one .bpf.c and declared extern in the others.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

/* socket cookie -> the process last seen with the socket */
#define OWNERS_MAP                                  \
	struct {                                    \
		__uint(type, BPF_MAP_TYPE_LRU_HASH); \
		__uint(max_entries, 65536);         \
		__type(key, __u64);                 \
		__type(value, struct owner);        \
	}

/* cookies of raw sockets: their TCP segments may not take the shortcut of established flows */
#define RAW_SOCKETS_MAP                              \
	struct {                                     \
		__uint(type, BPF_MAP_TYPE_HASH);     \
		__uint(max_entries, 16384);          \
		__uint(map_flags, BPF_F_NO_PREALLOC); \
		__type(key, __u64);                  \
		__type(value, __u8);                 \
	}

enum counter {
	COUNTER_KERNEL_PACKETS = 0, /* let through: no socket, so no process */
	COUNTER_OWNER_MISSING = 1,  /* queued without an Owner */
	COUNTER_FLOW_NOT_STORED = 2, /* the flow map refused an entry */
	COUNTER_EVENTS_LOST = 3,    /* the ring buffer was full */
	COUNTERS = 4,
};

/* index: enum counter; one value for each CPU */
#define COUNTERS_MAP                                     \
	struct {                                         \
		__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); \
		__uint(max_entries, COUNTERS);           \
		__type(key, __u32);                      \
		__type(value, __u64);                    \
	}
