/* The maps that more than one program touches. maps.bpf.c defines them.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "agent.h"
#include "shared/inbound.h"
#include "shared/traffic.h"
#include "shared/verdict.h"

/* socket cookie -> the process last seen with the socket, and what the socket carried */
struct owners_map {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct socket_record);
};
extern struct owners_map owners SEC(".maps");

/* cookies of raw sockets: their TCP segments may not take the shortcut of established flows */
struct raw_sockets_map {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, __u8);
};
extern struct raw_sockets_map raw_sockets SEC(".maps");

/* How many there are, or more: while there is none, no segment of an established flow is looked up. */
struct raw_socket_count_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
};
extern struct raw_socket_count_map raw_socket_count SEC(".maps");

/* a datagram flow that user space was told of -> what it carried */
struct datagram_traffic_map {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, struct datagram_flow);
	__type(value, struct traffic);
};
extern struct datagram_traffic_map datagram_traffic SEC(".maps");

/* cookie of a stream that was closed -> what it carried, until user space has read it */
struct closing_traffic_map {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct traffic);
};
extern struct closing_traffic_map closing_traffic SEC(".maps");

/* number of a cached verdict -> what the flows carried that it decided and that were only counted */
struct alike_traffic_map {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, __u32);
	__type(value, struct traffic);
};
extern struct alike_traffic_map alike_traffic SEC(".maps");

/* fields of a flow -> its verdict */
struct verdicts_map {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct verdict_key);
	__type(value, struct verdict_entry);
};
extern struct verdicts_map verdicts SEC(".maps");

/* A power of 2: sockets and remote ends of a processor that do not push each other out. */
#define RECENT_ALLOWS 256

/* How long a verdict holds. */
struct until {
	__u64 generation;
	__u64 expires_ns; /* CLOCK_BOOTTIME; 0: as long as the generation */
};

struct recent_allow {
	__u64 socket_cookie; /* stands for the network namespace, too: a socket stays in its own */
	__u64 start_ns;
	__u64 inode;
	__u64 ctime_ns;
	__u64 place;
	__u8 remote_address[16];
	struct until until;
	__u32 device;
	__u32 pid;
	__u32 uid;
	__u16 remote_port;
	__u8 protocol;
	__u8 reserved;
	/* Others of this processor may run between two of our steps, for a packet of a softirq or by preemption. */
	__u32 writers;
	__u32 version;
};

/* for each processor: see recent_allows.h */
struct recent_allows_map {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, RECENT_ALLOWS);
	__type(key, __u32);
	__type(value, struct recent_allow);
};
extern struct recent_allows_map recent_allows SEC(".maps");

struct verdict_settings_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct verdict_settings);
};
extern struct verdict_settings_map verdict_settings SEC(".maps");

enum verdict_generation_index {
	VERDICT_GENERATION = 0,      /* the ruleset in force: one write here voids every older entry */
	VERDICT_DENY_GENERATION = 1, /* the last one under which a flow was denied: with no deny, hooks look nothing up */
	VERDICT_GENERATIONS = 2,
};

/* index: enum verdict_generation_index */
struct verdict_generations_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, VERDICT_GENERATIONS);
	__type(key, __u32);
	__type(value, __u64);
};
extern struct verdict_generations_map verdict_generations SEC(".maps");

/* struct flow_decided, for whoever keeps history */
struct decided_map {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 19);
};
extern struct decided_map decided SEC(".maps");

/* what a socket of another network namespace sends -> its Owner; written as the packet leaves the namespace */
struct senders_map {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct sender_key);
	__type(value, struct flow_owner);
};
extern struct senders_map senders SEC(".maps");

/* addresses that sockets of other network namespaces have sent from */
struct namespace_addresses_map {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u8[16]);
	__type(value, __u8);
};
extern struct namespace_addresses_map namespace_addresses SEC(".maps");

struct datagram_begin {
	__u64 seen_ns;     /* the last datagram, either way */
	__u64 is_incoming; /* the first one came from outside */
};

/* datagram flow of another network namespace, as seen from there -> who began it */
struct datagram_begins_map {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct flow_key);
	__type(value, struct datagram_begin);
};
extern struct datagram_begins_map datagram_begins SEC(".maps");
/* datagrams in both directions -> what is known of their conversation; user space gives it its size where inbound flows are judged */
struct conversations_map {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1);
	__type(key, struct conversation);
	__type(value, struct conversation_state);
};
extern struct conversations_map conversations SEC(".maps");

/* port -> how often a socket took it (binds.h); sized like the one above */
struct port_binds_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
};
extern struct port_binds_map port_binds SEC(".maps");

enum counter {
	COUNTER_KERNEL_PACKETS = 0, /* let through: the kernel's own, without a socket or around another packet */
	COUNTER_OWNER_MISSING = 1,  /* queued without an Owner */
	COUNTER_FLOW_NOT_STORED = 2, /* the flow map refused an entry */
	COUNTER_EVENTS_LOST = 3,    /* the ring buffer was full */
	COUNTER_OWN_PACKETS = 4,    /* let through: the agent tells a program that its flow is refused */
	COUNTER_KNOWN_ALLOWED = 5, /* packets let through by the verdict cache */
	COUNTER_KNOWN_DENIED = 6,  /* connects, sends and packets refused by it */
	COUNTER_NOT_KNOWN = 7,     /* queued because it knows nothing of them */
	COUNTER_ONLY_COUNTED = 8,  /* flows decided by it that were counted, not told */
	COUNTER_FORWARDED_FOR_OTHERS = 9, /* forwarded packets let through: of other machines, or not outgoing */
	COUNTERS = 10,
};

/* index: enum counter; one value for each CPU */
struct counters_map {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
};
extern struct counters_map counters SEC(".maps");
