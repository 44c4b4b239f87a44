/* Runs for every packet that could begin a flow, inside `iptables -m bpf --object-pinned`, just before NFQUEUE: writes
 * flow key -> Owner, so that the agent finds whose packet it is when it receives it. There is no race to lose: the same
 * packet that is queued wrote the entry.
 * Returning 0 is "no match": the packet goes on to the queue. Returning 1 accepts it.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "shared/flow.h"
#include "maps.h"
#include "packet_headers.h"

/* The kernel offers some helpers to GPL programs only; the source is also under Apache-2.0. */
char LICENSE[] SEC("license") = "GPL";

#define TO_THE_QUEUE 0
#define ACCEPT 1
/* Longer than a packet waits in the queue before the agent reads it. */
#define SHARED_NS 5000000000ULL

extern OWNERS_MAP owners SEC(".maps");
extern RAW_SOCKETS_MAP raw_sockets SEC(".maps");
extern COUNTERS_MAP counters SEC(".maps");

/* flow key -> the Owner of the packet that was last queued with it */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct flow_key);
	__type(value, struct flow_owner);
} flows SEC(".maps");

static __always_inline void count(__u32 index)
{
	__u64 *value = bpf_map_lookup_elem(&counters, &index);

	if (value)
		(*value)++;
}

static __always_inline bool is_same_process(const struct owner *a, const struct owner *b)
{
	return a->pid == b->pid && a->start_ns == b->start_ns && a->inode == b->inode && a->device == b->device &&
	       a->ctime_ns == b->ctime_ns;
}

/* Two processes can send with one key (SO_REUSEPORT, raw sockets, a datagram port that is used again at once). Then the
 * agent must not pick one of them, so the entry says that it is shared. */
static __always_inline __u64 shared_until(const struct flow_owner *before, const struct owner *now, __u64 now_ns)
{
	if (!before || is_same_process(&before->owner, now))
		return before ? before->shared_until_ns : 0;
	return now_ns - before->written_ns < SHARED_NS ? now_ns + SHARED_NS : 0;
}

SEC("socket")
int packet_unknown(struct __sk_buff *skb)
{
	__u64 cookie = bpf_get_socket_cookie(skb);
	struct flow_owner value = {};
	struct flow_key key = {};
	struct owner *owner;

	if (cookie == 0) {
		count(COUNTER_KERNEL_PACKETS);
		return ACCEPT;
	}
	if (!read_flow_key(skb, &key))
		return TO_THE_QUEUE;
	owner = bpf_map_lookup_elem(&owners, &cookie);
	if (!owner) {
		count(COUNTER_OWNER_MISSING);
		bpf_map_delete_elem(&flows, &key);
		return TO_THE_QUEUE;
	}
	value.owner = *owner;
	value.written_ns = bpf_ktime_get_ns();
	value.shared_until_ns = shared_until(bpf_map_lookup_elem(&flows, &key), owner, value.written_ns);
	if (bpf_map_update_elem(&flows, &key, &value, BPF_ANY)) {
		count(COUNTER_FLOW_NOT_STORED);
		bpf_map_delete_elem(&flows, &key);
	}
	return TO_THE_QUEUE;
}

/* Runs for TCP segments that are not a SYN. A TCP socket only sends one after its SYN was judged; a raw socket can send
 * whatever it likes. */
SEC("socket")
int packet_established(struct __sk_buff *skb)
{
	__u64 cookie = bpf_get_socket_cookie(skb);

	return bpf_map_lookup_elem(&raw_sockets, &cookie) ? TO_THE_QUEUE : ACCEPT;
}
