/* Runs for every packet that could begin a flow, inside `iptables -m bpf --object-pinned`, just before NFQUEUE: lets through
 * what the verdict cache knows, and writes flow key -> Owner for the rest, so that the agent finds whose packet it is when it
 * receives it. There is no race to lose: the same packet that is queued wrote the entry.
 * Returning 0 is "no match": the packet goes on to the queue. Returning 1 accepts it.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "shared/flow.h"
#include "carriers.h"
#include "flow_owners.h"
#include "forward.h"
#include "conversations.h"
#include "maps.h"
#include "owners.h"
#include "flows.h"
#include "packet_headers.h"
#include "recent_allows.h"
#include "verdict_cache.h"

/* The kernel offers some helpers to GPL programs only; the source is also under Apache-2.0. */
char LICENSE[] SEC("license") = "GPL";

#define TO_THE_QUEUE 0
#define ACCEPT 1

/* Set before loading where inbound flows are judged; else the verifier takes out what depends on it. */
const volatile bool notes_conversations = false;

struct told_verdict {
	__u64 generation;
	__u32 number;
	__u32 reserved;
};

/* datagram flow -> the cached verdict that was last told about it: a flow is told once, however many its datagrams */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct datagram_flow);
	__type(value, struct told_verdict);
} told_datagrams SEC(".maps");

/* Cookie of the socket whose packet is denied: left by the first program for the second, which netfilter runs for the same packet
 * next. Another packet may come between the two, or another processor go on. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} denied SEC(".maps");

/* Cookies of the sockets by which the agent tells programs that their flows are refused. What they send must arrive before
 * the agent goes on: through the queue it would be too late. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8);
	__type(key, __u64);
	__type(value, __u8);
} own_sockets SEC(".maps");

static __always_inline struct datagram_flow datagram_flow_of(const struct owner *owner, const struct flow_key *flow)
{
	struct datagram_flow key = { .socket_cookie = owner->socket_cookie, .remote_port = flow->remote_port };

	key.protocol = flow->protocol;
	key.is_forwarded = is_of_other_namespace(owner);
	__builtin_memcpy(key.remote_address, flow->remote_address, sizeof(key.remote_address));
	return key;
}

/* User space hears of this flow: what it carries is counted for it alone, and its end is told. */
static __always_inline void count_for_itself(struct socket_record *record, const struct flow_key *flow)
{
	struct datagram_flow key = datagram_flow_of(&record->owner, flow);
	struct traffic none = {};

	record->is_told = true;
	if (!record->is_stream)
		bpf_map_update_elem(&datagram_traffic, &key, &none, BPF_NOEXIST);
}

/* A TCP flow has one SYN; a datagram flow is news where it was not told of, or another verdict was. */
static __always_inline bool is_news(const struct verdict_entry *entry, const struct owner *owner, const struct flow_key *flow)
{
	struct told_verdict now = { .generation = entry->generation, .number = entry->number };
	struct datagram_flow key = datagram_flow_of(owner, flow);
	struct told_verdict *told;

	if (flow->protocol == IPPROTO_TCP)
		return true;
	told = bpf_map_lookup_elem(&told_datagrams, &key);
	if (told && told->generation == now.generation && told->number == now.number)
		return false;
	bpf_map_update_elem(&told_datagrams, &key, &now, BPF_ANY);
	return true;
}

static __always_inline void tell_and_count(struct verdict_entry *entry, struct socket_record *record,
					   const struct flow_key *flow)
{
	bool is_told = tell_decided(entry, &record->owner, flow);

	if (!entry->is_allow)
		return;
	if (is_told)
		count_for_itself(record, flow);
	else
		record->number = entry->number;
}

static __always_inline void set_denied(__u64 cookie)
{
	__u32 first = 0;
	__u64 *of = bpf_map_lookup_elem(&denied, &first);

	if (of)
		*of = cookie;
}

/* The place of an entry may have gone to another one while it was read. But no two entries have one number: where the flow is found
 * to have this number once more, what was read belongs to it. */
static __always_inline void keep_allow(const struct owner *owner, const struct flow_key *flow, __u64 generation, __u32 number)
{
	struct verdict_entry *entry = find_verdict(owner, flow, generation);
	struct until until = { .generation = generation };

	if (!entry)
		return;
	until.expires_ns = READ_NOW(entry->expires_ns);
	if (READ_NOW(entry->is_allow) && READ_NOW(entry->number) == number)
		keep_recent_allow(owner, flow, until);
}

static __always_inline int apply(struct verdict_entry *entry, struct socket_record *record, const struct flow_key *flow,
				 __u64 generation)
{
	const struct owner *owner = &record->owner;
	__u32 number = READ_NOW(entry->number);
	bool is_allow = READ_NOW(entry->is_allow);

	add_to(is_allow ? COUNTER_KNOWN_ALLOWED : COUNTER_KNOWN_DENIED);
	if (is_news(entry, owner, flow))
		tell_and_count(entry, record, flow);
	if (!is_allow) {
		set_denied(owner->socket_cookie);
		return TO_THE_QUEUE;
	}
	if (flow->protocol != IPPROTO_TCP)
		keep_allow(owner, flow, generation, number);
	return ACCEPT;
}

/* A denied SYN goes to the agent, which tells the program at once; a dropped one would be sent again for two minutes. Other
 * packets are dropped, and the sender gets EPERM from its own call. */
static __always_inline bool is_decided(struct socket_record *record, const struct flow_key *flow, int *verdict)
{
	__u64 generation = generation_at(VERDICT_GENERATION);
	bool is_tcp = flow->protocol == IPPROTO_TCP;
	struct verdict_entry *entry;

	*verdict = ACCEPT;
	if (!is_tcp && is_recently_allowed(&record->owner, flow, generation)) {
		add_to(COUNTER_KNOWN_ALLOWED);
		return true;
	}
	entry = find_verdict(&record->owner, flow, generation);
	if (!entry)
		add_to(COUNTER_NOT_KNOWN);
	if (!entry || (is_tcp && !entry->is_allow))
		return false;
	*verdict = apply(entry, record, flow, generation);
	return true;
}

static __always_inline int to_the_queue(void)
{
	set_denied(0);
	return TO_THE_QUEUE;
}

static __always_inline void note_allowed(const struct flow_key *key, __u64 cookie)
{
	struct conversation conversation;

	if (!is_datagram(key->protocol))
		return;
	read_conversation(&conversation, key);
	note_conversation(&conversation, cookie);
}

/* Answers to the kernel's own datagrams, such as those of WireGuard, are welcome. `key` is NULL where the headers were not read. */
static __always_inline int pass_kernel_packet(const struct flow_key *key)
{
	add_to(COUNTER_KERNEL_PACKETS);
	if (notes_conversations && key)
		note_allowed(key, 0);
	return ACCEPT;
}

/* A conversation that somebody else began is decided by what is said of it, and never by what the process may send. */
static __always_inline bool is_answer(const struct flow_key *key, __u64 cookie, bool *may_go)
{
	struct conversation_state *state;
	struct conversation conversation;

	if (!is_datagram(key->protocol))
		return false;
	read_conversation(&conversation, key);
	state = began_elsewhere(&conversation, cookie);
	*may_go = state && state->is_allow && is_valid(state, &conversation);
	return state;
}

/* `packet_unknown` for a packet whose Owner is known. */
static __always_inline int judge(struct socket_record *record, const struct flow_key *key, __u64 cookie)
{
	bool is_answering = false, may_go = false;
	int verdict;

	if (notes_conversations)
		is_answering = is_answer(key, cookie, &may_go);
	if (may_go)
		return ACCEPT;
	if (!is_answering && is_decided(record, key, &verdict)) {
		if (notes_conversations && verdict == ACCEPT)
			note_allowed(key, cookie);
		return verdict;
	}
	if (!write_flow(key, &record->owner))
		add_to(COUNTER_FLOW_NOT_STORED);
	count_for_itself(record, key);
	return to_the_queue();
}

/* No record: it was pushed out by others. Who runs while a datagram goes out is the one who sends it, and the agent looks whether that
 * process has the socket, and it alone. Anything else may be sent by a timer, while anybody runs. */
static __always_inline bool note_running(const struct flow_key *key, __u64 cookie)
{
	struct owner owner = {
		.socket_cookie = cookie,
		.network_namespace = agent_network_namespace,
		.evidence = OWNER_SEEN_RUNNING,
	};

	return is_datagram(key->protocol) && read_owner(bpf_get_current_task_btf(), &owner) && write_flow(key, &owner);
}

SEC("socket")
int packet_unknown(struct __sk_buff *skb)
{
	__u64 cookie = bpf_get_socket_cookie(skb);
	struct flow_key key = {};
	struct socket_record *record;

	if (cookie == 0)
		return pass_kernel_packet(notes_conversations && read_flow_key(skb, &key) ? &key : 0);
	if (!read_flow_key(skb, &key))
		return to_the_queue();
	if ((is_icmp(key.protocol) || (notes_conversations && key.protocol == IPPROTO_TCP)) && bpf_map_lookup_elem(&own_sockets, &cookie)) {
		add_to(COUNTER_OWN_PACKETS);
		return ACCEPT;
	}
	record = bpf_map_lookup_elem(&owners, &cookie);
	if (is_carrier(skb, &key, record))
		return pass_kernel_packet(&key);
	if (!record || is_shared(&record->owner)) {
		add_to(COUNTER_OWNER_MISSING);
		if (record || !note_running(&key, cookie))
			bpf_map_delete_elem(&flows, &key);
		return to_the_queue();
	}
	return judge(record, &key, cookie);
}

/* Matches the packet that packet_unknown has just found denied. */
SEC("socket")
int packet_denied(struct __sk_buff *skb)
{
	__u64 cookie = bpf_get_socket_cookie(skb);
	__u32 first = 0;
	__u64 *of = bpf_map_lookup_elem(&denied, &first);

	if (!of || cookie == 0 || *of != cookie)
		return 0;
	*of = 0;
	return 1;
}

/* Runs for TCP segments that are not a SYN. A TCP socket only sends one after its SYN was judged; a raw socket can send
 * whatever it likes. */
SEC("socket")
int packet_established(struct __sk_buff *skb)
{
	__u32 first = 0;
	__u64 *raw_sockets_or_more = bpf_map_lookup_elem(&raw_socket_count, &first);
	__u64 cookie;

	if (raw_sockets_or_more && *raw_sockets_or_more == 0)
		return ACCEPT;
	cookie = bpf_get_socket_cookie(skb);
	return bpf_map_lookup_elem(&raw_sockets, &cookie) ? TO_THE_QUEUE : ACCEPT;
}

static __always_inline bool is_sender_shared(const struct flow_owner *sender)
{
	return sender->shared_until_ns > sender->written_ns;
}

/* What is denied goes to the agent, which tells the program: it is in another namespace, where a dropped packet is no error. */
static __always_inline bool is_known_allowed(const struct flow_owner *sender, const struct flow_key *flow)
{
	struct socket_record *record = bpf_map_lookup_elem(&owners, &sender->owner.socket_cookie);
	__u64 generation = generation_at(VERDICT_GENERATION);
	struct verdict_entry *entry;

	if (!record || !is_same_process(&record->owner, &sender->owner))
		return false;
	if (flow->protocol != IPPROTO_TCP && is_recently_allowed(&record->owner, flow, generation)) {
		add_to(COUNTER_KNOWN_ALLOWED);
		return true;
	}
	entry = find_verdict(&record->owner, flow, generation);
	if (entry && entry->is_allow)
		return apply(entry, record, flow, generation) == ACCEPT;
	add_to(COUNTER_NOT_KNOWN);
	count_for_itself(record, flow);
	return false;
}

static __always_inline int pass_forwarded(void)
{
	add_to(COUNTER_FORWARDED_FOR_OTHERS);
	return ACCEPT;
}

/* Runs at FORWARD for every packet that could begin a flow. What no namespace of this machine sent is another machine's. */
SEC("socket")
int packet_forwarded(struct __sk_buff *skb)
{
	struct flow_owner *sender;
	struct sender_key key;
	struct flow_key flow = {};

	if (!read_flow_key(skb, &flow))
		return pass_forwarded();
	key = sender_key_of(&flow);
	sender = bpf_map_lookup_elem(&senders, &key);
	if (!sender && (is_of_kernel(&flow) || !is_namespace_address(flow.local_address))) {
		if (flow.protocol != IPPROTO_TCP)
			note_incoming(&flow);
		return pass_forwarded();
	}
	if (flow.protocol != IPPROTO_TCP && is_forwarded_answer(&flow))
		return pass_forwarded();
	return sender && !is_sender_shared(sender) && is_known_allowed(sender, &flow) ? ACCEPT : TO_THE_QUEUE;
}

/* As packet_established, at FORWARD: only a raw socket has such a segment noted. */
SEC("socket")
int forwarded_established(struct __sk_buff *skb)
{
	__u32 first = 0;
	__u64 *raw_sockets_or_more = bpf_map_lookup_elem(&raw_socket_count, &first);
	struct flow_key flow = {};
	struct sender_key key;

	if ((raw_sockets_or_more && *raw_sockets_or_more == 0) || !read_flow_key(skb, &flow))
		return ACCEPT;
	key = sender_key_of(&flow);
	return bpf_map_lookup_elem(&senders, &key) ? TO_THE_QUEUE : ACCEPT;
}
