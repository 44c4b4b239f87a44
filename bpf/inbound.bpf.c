/* What comes in, where that is judged. Two programs run in the chain of INPUT: what is known passes or is dropped, the rest goes to the
 * queue. The hooks record whose a listener is, in its own context: at bind() and listen(). Without the option none of this is loaded.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "binds.h"
#include "conversations.h"
#include "maps.h"
#include "packet_headers.h"
#include "record_owner.h"

/* The kernel offers some helpers to GPL programs only; the source is also under Apache-2.0. */
char LICENSE[] SEC("license") = "GPL";

#define TO_THE_QUEUE 0
#define PASS 1
#define GO_ON 1

/* Type of the first chunk of an SCTP packet without IP options: INIT begins an association. */
#define SCTP_HEADER 12
#define SCTP_INIT 1

static __always_inline bool begins_association(struct __sk_buff *skb)
{
	bool is_ipv4 = skb->protocol == __builtin_bswap16(ETH_P_IP);
	__u8 chunk = SCTP_INIT;

	bpf_skb_load_bytes(skb, (is_ipv4 ? IPV4_HEADER : IPV6_HEADER) + SCTP_HEADER, &chunk, sizeof(chunk));
	return chunk == SCTP_INIT;
}

/* More extension headers than are read: what is behind them could be anything. */
static __always_inline bool hides_transport(struct __sk_buff *skb, const struct flow_key *packet)
{
	__u8 next;

	if (skb->protocol != __builtin_bswap16(ETH_P_IPV6) || !is_extension(packet->protocol))
		return false;
	if (bpf_skb_load_bytes(skb, 6, &next, sizeof(next)))
		return true;
	return skip_extensions(skb, &next) != 0;
}

static __always_inline struct conversation_state *find_valid(const struct conversation *conversation)
{
	struct conversation_state *state = bpf_map_lookup_elem(&conversations, conversation);

	return state && is_valid(state, conversation) ? state : 0;
}

static __always_inline struct conversation_state *find_conversation(const struct flow_key *packet)
{
	struct conversation conversation;
	struct conversation_state *state;

	read_conversation_inwards(&conversation, packet);
	state = find_valid(&conversation);
	if (state)
		return state;
	__builtin_memset(conversation.remote_address, 0, sizeof(conversation.remote_address));
	conversation.remote_port = 0;
	return find_valid(&conversation);
}

/* Runs for whatever comes in from outside but TCP segments that are no SYN. What has no port is the kernel's own, or a raw
 * socket's: it passes, and so do later fragments, which are nothing without the first. */
SEC("socket")
int inbound_known(struct __sk_buff *skb)
{
	struct flow_key packet = {};
	struct conversation_state *state;

	if (!read_flow_key(skb, &packet) || hides_transport(skb, &packet))
		return TO_THE_QUEUE;
	if (!has_ports(packet.protocol) || packet.remote_port == 0)
		return PASS;
	if (packet.protocol == IPPROTO_TCP)
		return TO_THE_QUEUE;
	if (packet.protocol == IPPROTO_SCTP)
		return begins_association(skb) ? TO_THE_QUEUE : PASS;
	state = find_conversation(&packet);
	return state && state->is_allow ? PASS : TO_THE_QUEUE;
}

/* Matches datagrams of a conversation that was refused a moment ago. */
SEC("socket")
int inbound_denied(struct __sk_buff *skb)
{
	struct flow_key packet = {};
	struct conversation_state *state;

	if (!read_flow_key(skb, &packet) || !is_datagram(packet.protocol))
		return 0;
	state = find_conversation(&packet);
	return state && !state->is_allow;
}

static __always_inline int record_listener(struct bpf_sock *socket)
{
	struct owner owner = { .socket_cookie = bpf_get_socket_cookie(socket), .evidence = OWNER_SEEN_AT_BIND };

	record(&owner, socket->protocol == IPPROTO_TCP, socket);
	if (socket->protocol != IPPROTO_TCP)
		count_bind(socket->src_port);
	return GO_ON;
}

SEC("cgroup/post_bind4")
int inbound_bind4(struct bpf_sock *socket)
{
	return record_listener(socket);
}

SEC("cgroup/post_bind6")
int inbound_bind6(struct bpf_sock *socket)
{
	return record_listener(socket);
}

/* Who listens may be another one than who has bound it, or nobody has. */
SEC("sockops")
int inbound_listen(struct bpf_sock_ops *context)
{
	struct owner owner = { .evidence = OWNER_SEEN_AT_BIND };

	if (context->op != BPF_SOCK_OPS_TCP_LISTEN_CB)
		return GO_ON;
	owner.socket_cookie = bpf_get_socket_cookie(context);
	record(&owner, true, context);
	count_bind(context->local_port);
	return GO_ON;
}
