/* Rung 2, where xt_bpf is missing. A TCP socket writes its flow key -> Owner right before its SYN is made (sock_ops, kernel 4.14).
 * Datagrams have no such hook: their senders are noted by destination at sendmsg(), and what was connected when it is closed, so
 * that the agent can tell who may have sent a packet. The hooks of owner.bpf.c run before these.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "maps.h"
#include "datagrams.h"

/* The kernel offers some helpers to GPL programs only; the source is also under Apache-2.0. */
char LICENSE[] SEC("license") = "GPL";

#define GO_ON 1
#define AF_INET 2

struct connected_datagrams {
	struct flow_key remote;
	struct owner owner;
};

/* socket cookie -> where a datagram socket is connected to: no hook sees what it sends */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct connected_datagrams);
} connected SEC(".maps");

static __always_inline bool is_filtered(const struct owner *owner)
{
	return !agent_network_namespace || owner->network_namespace == agent_network_namespace;
}

/* The process that was seen with the socket; NULL where none is known, or it is none of our business. */
static __always_inline struct owner *owner_of(__u64 cookie)
{
	struct socket_record *record = bpf_map_lookup_elem(&owners, &cookie);

	if (!record || is_shared(&record->owner) || !is_filtered(&record->owner))
		return NULL;
	return &record->owner;
}

static __always_inline bool read_connect(struct bpf_sock_ops *context, struct flow_key *key)
{
	struct tcp_sock *tcp = context->sk ? bpf_skc_to_tcp_sock(context->sk) : NULL;
	__u32 *local = (__u32 *)key->local_address;
	__u32 *remote = (__u32 *)key->remote_address;

	if (!tcp)
		return false;
	/* The SYN takes it a moment later. */
	key->sequence = tcp->write_seq;
	key->protocol = IPPROTO_TCP;
	key->local_port = context->local_port;
	key->remote_port = __builtin_bswap32(context->remote_port);
	if (context->family == AF_INET) {
		set_ipv4_mapped(key->local_address, context->local_ip4);
		set_ipv4_mapped(key->remote_address, context->remote_ip4);
		return true;
	}
	local[0] = context->local_ip6[0];
	local[1] = context->local_ip6[1];
	local[2] = context->local_ip6[2];
	local[3] = context->local_ip6[3];
	remote[0] = context->remote_ip6[0];
	remote[1] = context->remote_ip6[1];
	remote[2] = context->remote_ip6[2];
	remote[3] = context->remote_ip6[3];
	return true;
}

SEC("sockops")
int stream_connect(struct bpf_sock_ops *context)
{
	struct flow_key key = {};
	struct owner *owner;

	if (context->op != BPF_SOCK_OPS_TCP_CONNECT_CB)
		return GO_ON;
	owner = owner_of(bpf_get_socket_cookie(context));
	if (owner && read_connect(context, &key))
		write_flow(&key, owner);
	return GO_ON;
}

static __always_inline bool is_datagram(__u32 protocol)
{
	return protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE;
}

/* The destination of the call; that of the socket where the call has none. */
static __always_inline void read_remote(struct bpf_sock_addr *context, bool is_ipv4, struct flow_key *key)
{
	struct bpf_sock *socket = context->sk;
	__u32 words[4] = { context->user_ip6[0], context->user_ip6[1], context->user_ip6[2], context->user_ip6[3] };

	key->protocol = context->protocol;
	key->remote_port = __builtin_bswap16(context->user_port);
	if (is_ipv4)
		set_remote_ipv4(key, context->user_ip4, socket ? socket->src_ip4 : 0);
	else
		set_remote_ipv6(key, words);
	if (socket)
		key->local_port = socket->src_port;
}

static __always_inline void read_peer(struct bpf_sock *socket, bool is_ipv4, struct flow_key *key)
{
	__u32 words[4] = { socket->dst_ip6[0], socket->dst_ip6[1], socket->dst_ip6[2], socket->dst_ip6[3] };

	key->remote_port = __builtin_bswap16(socket->dst_port);
	if (is_ipv4)
		set_remote_ipv4(key, socket->dst_ip4, socket->src_ip4);
	else
		set_remote_ipv6(key, words);
}

/* By its destination with the port that it has, and by socket and destination: where several send to one place, the agent finds
 * the socket of a packet. */
static __always_inline int note_sender(struct bpf_sock_addr *context, bool is_ipv4)
{
	__u64 cookie = bpf_get_socket_cookie(context);
	struct owner *owner = owner_of(cookie);
	struct flow_key key = {};

	if (!owner || !is_datagram(context->protocol))
		return GO_ON;
	read_remote(context, is_ipv4, &key);
	/* Connected, and sent with a control message: the hook is told of no destination. */
	if (!key.remote_port && context->sk)
		read_peer(context->sk, is_ipv4, &key);
	write_flow(&key, owner);
	*(__u64 *)key.local_address = cookie;
	key.local_port = 0;
	write_flow(&key, owner);
	return GO_ON;
}

SEC("cgroup/sendmsg4")
int sender_sendmsg4(struct bpf_sock_addr *context)
{
	return note_sender(context, true);
}

SEC("cgroup/sendmsg6")
int sender_sendmsg6(struct bpf_sock_addr *context)
{
	return note_sender(context, false);
}

/* What it was connected to before may still have a packet on its way to the agent. */
static __always_inline void note_before(__u64 cookie)
{
	struct connected_datagrams *before = bpf_map_lookup_elem(&connected, &cookie);

	if (before)
		write_flow(&before->remote, &before->owner);
}

static __always_inline int note_connected(struct bpf_sock_addr *context, bool is_ipv4)
{
	__u64 cookie = bpf_get_socket_cookie(context);
	struct connected_datagrams now = {};
	struct owner *owner;

	if (!is_datagram(context->protocol))
		return GO_ON;
	owner = owner_of(cookie);
	if (!owner)
		return GO_ON;
	note_before(cookie);
	now.owner = *owner;
	read_remote(context, is_ipv4, &now.remote);
	now.remote.local_port = 0;
	bpf_map_update_elem(&connected, &cookie, &now, BPF_ANY);
	return GO_ON;
}

SEC("cgroup/connect4")
int sender_connect4(struct bpf_sock_addr *context)
{
	return note_connected(context, true);
}

SEC("cgroup/connect6")
int sender_connect6(struct bpf_sock_addr *context)
{
	return note_connected(context, false);
}

SEC("cgroup/sock_release")
int sender_sock_release(struct bpf_sock *socket)
{
	__u64 cookie = bpf_get_socket_cookie(socket);

	if (!is_datagram(socket->protocol))
		return GO_ON;
	note_before(cookie);
	bpf_map_delete_elem(&connected, &cookie);
	return GO_ON;
}
