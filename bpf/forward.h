/* Whose packets are those that this machine forwards for its own network namespaces? When netfilter meets them at FORWARD, their socket
 * is no longer known. It still is when they leave their namespace: traffic_out notes it there, and packet_forwarded finds it.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "flow_owners.h"
#include "maps.h"
#include "packet_headers.h"

#define BPF_TCP_SYN_SENT 2
/* A datagram belongs to a flow that began so long ago at most, or to a new one. As conntrack has it for flows with answers. */
#define DATAGRAM_FLOW_NS 180000000000ULL

static __always_inline bool is_of_other_namespace(const struct owner *owner)
{
	return owner->network_namespace != agent_network_namespace;
}

/* Without the other end, which may be rewritten (DNAT) on the way to FORWARD. */
static __always_inline struct sender_key sender_key_of(const struct flow_key *flow)
{
	struct sender_key key = { .sequence = flow->sequence, .port = flow->local_port, .protocol = flow->protocol };

	__builtin_memcpy(key.address, flow->local_address, sizeof(key.address));
	return key;
}

static __always_inline bool is_loopback(const __u8 *address)
{
	const __u32 *words = (const __u32 *)address;

	if (words[0] || words[1])
		return false;
	return words[2] ? address[12] == 127 : words[3] == __builtin_bswap32(1);
}

/* What comes from there at FORWARD is of this machine, whether its process is known or not. */
static __always_inline void note_address(const struct flow_key *flow)
{
	__u8 present = 1;

	bpf_map_update_elem(&namespace_addresses, flow->local_address, &present, BPF_ANY);
}

static __always_inline void write_sender(const struct flow_key *flow, const struct owner *owner)
{
	struct sender_key key = sender_key_of(flow);
	struct flow_owner value = { .owner = *owner, .written_ns = bpf_ktime_get_ns() };
	struct flow_owner *known = bpf_map_lookup_elem(&senders, &key);

	if (known && is_same_process(&known->owner, owner) && known->owner.socket_cookie == owner->socket_cookie) {
		known->written_ns = value.written_ns;
		return;
	}
	value.shared_until_ns = shared_until(known, owner, value.written_ns);
	if (bpf_map_update_elem(&senders, &key, &value, BPF_ANY))
		bpf_map_delete_elem(&senders, &key);
	note_address(flow);
}

/* A TCP flow begins with its SYN; any datagram may begin one. */
static __always_inline bool may_begin_flow(struct __sk_buff *skb, const struct socket_record *record)
{
	struct bpf_sock *socket = skb->sk;

	if (!record->is_stream)
		return true;
	if (socket)
		socket = bpf_sk_fullsock(socket);
	return socket && socket->state == BPF_TCP_SYN_SENT;
}

/* Call for each packet that a socket of another namespace sends. */
static __always_inline void note_sender(struct __sk_buff *skb, const struct socket_record *record)
{
	struct flow_key flow = {};

	if (!notes_senders || !may_begin_flow(skb, record) || !read_flow_key(skb, &flow) || is_loopback(flow.local_address))
		return;
	/* Nobody's: the packet is found to come from here, and from no process that is known. */
	if (is_shared(&record->owner))
		note_address(&flow);
	else
		write_sender(&flow, &record->owner);
}

static __always_inline bool is_namespace_address(const __u8 *address)
{
	return bpf_map_lookup_elem(&namespace_addresses, address) != 0;
}

static __always_inline void turn_around(const struct flow_key *flow, struct flow_key *other)
{
	bool has_identifier = is_icmp(flow->protocol);

	__builtin_memcpy(other->local_address, flow->remote_address, sizeof(other->local_address));
	__builtin_memcpy(other->remote_address, flow->local_address, sizeof(other->remote_address));
	other->local_port = has_identifier ? flow->local_port : flow->remote_port;
	other->remote_port = has_identifier ? flow->remote_port : flow->local_port;
	other->protocol = flow->protocol;
}

static __always_inline bool is_fresh(const struct datagram_begin *begin, __u64 now_ns)
{
	return begin && now_ns - begin->seen_ns < DATAGRAM_FLOW_NS;
}

/* `key` as its sender sees it. Whoever finds no flow begins one: unless the other end, here as well, has sent one to it. */
static __always_inline bool is_begun_by_other_end(const struct flow_key *key, __u64 now_ns)
{
	struct flow_key other_way = {};
	struct datagram_begin *begin;

	turn_around(key, &other_way);
	begin = bpf_map_lookup_elem(&datagram_begins, &other_way);
	return is_fresh(begin, now_ns) && !begin->is_incoming;
}

/* Whether a datagram that a namespace of this machine sends is an answer. */
static __always_inline bool is_forwarded_answer(const struct flow_key *key)
{
	struct datagram_begin now = { .seen_ns = bpf_ktime_get_ns() };
	struct datagram_begin *known = bpf_map_lookup_elem(&datagram_begins, key);

	if (is_fresh(known, now.seen_ns)) {
		known->seen_ns = now.seen_ns;
		return known->is_incoming;
	}
	now.is_incoming = is_begun_by_other_end(key, now.seen_ns);
	bpf_map_update_elem(&datagram_begins, key, &now, BPF_ANY);
	return now.is_incoming;
}

/* A datagram that no namespace of this machine is known to send: what answers it is no flow of its own. It may be to any of them,
 * which need not have sent anything before. */
static __always_inline void note_incoming(const struct flow_key *flow)
{
	struct datagram_begin now = { .seen_ns = bpf_ktime_get_ns(), .is_incoming = true };
	struct datagram_begin *known;
	struct flow_key answer = {};

	turn_around(flow, &answer);
	known = bpf_map_lookup_elem(&datagram_begins, &answer);
	if (is_fresh(known, now.seen_ns))
		known->seen_ns = now.seen_ns;
	else
		bpf_map_update_elem(&datagram_begins, &answer, &now, BPF_ANY);
}

/* What no process sends: errors and answers of the namespace's own kernel. */
static __always_inline bool is_of_kernel(const struct flow_key *flow)
{
	return is_icmp(flow->protocol) && flow->local_port == 0;
}
