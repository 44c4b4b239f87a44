/* What a tunnel of the kernel's own (WireGuard, VXLAN, GRE, IPsec and others) puts around a packet comes to OUTPUT once more, with the
 * socket of the program that sent what is inside still on it. The program was judged by what is inside, and what carries that is
 * the kernel's (docs/adr/0034-what-carries-a-packet.md).
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "forward.h"
#include "maps.h"
#include "packet_headers.h"

#define SOCK_STREAM 1
#define BPF_HDR_START_MAC 0

/* Costs next to nothing, and proves nothing: a socket may change its port while its packet is on the way. */
static __always_inline bool may_be_carrier(struct __sk_buff *skb, const struct flow_key *key, const struct socket_record *record)
{
	struct bpf_sock *socket = skb->sk;

	if (key->protocol == IPPROTO_TCP || !socket)
		return false;
	return socket->src_port != key->local_port || record->is_stream;
}

/* A packet has no link layer header before it is handed to a device for the first time, or is about to be encrypted, and both come after
 * this hook: a packet that has one was here before, as what its socket sent. No program can write that mark. */
static __always_inline bool was_here_before(struct __sk_buff *skb)
{
	__u8 first;

	return bpf_skb_load_bytes_relative(skb, 0, &first, sizeof(first), BPF_HDR_START_MAC) == 0;
}

/* A connection's socket sends TCP and nothing else. Connections that others began have no record. */
static __always_inline bool is_stream_of_this_namespace(struct __sk_buff *skb)
{
	struct bpf_sock *socket = skb->sk;
	struct tcp_sock *stream;
	struct sock *sock;

	if (!socket)
		return false;
	stream = bpf_skc_to_tcp_sock(socket);
	if (!stream)
		return false;
	sock = &stream->inet_conn.icsk_inet.sk;
	return sock->sk_type == SOCK_STREAM && sock->__sk_common.skc_net.net->net_cookie == agent_network_namespace;
}

/* What a raw socket sends is never taken for the kernel's, and what a socket of another namespace sends was not judged here. */
static __always_inline bool is_datagram_socket_of_this_namespace(const struct socket_record *record, __u64 cookie)
{
	return !record->is_stream && !is_of_other_namespace(&record->owner) && !bpf_map_lookup_elem(&raw_sockets, &cookie);
}

/* `record` is NULL where the socket has none. */
static __always_inline bool is_carrier(struct __sk_buff *skb, const struct flow_key *key, const struct socket_record *record)
{
	if (record ? !may_be_carrier(skb, key, record) : key->protocol == IPPROTO_TCP)
		return false;
	if (!was_here_before(skb))
		return false;
	if (is_stream_of_this_namespace(skb))
		return true;
	return record && is_datagram_socket_of_this_namespace(record, bpf_get_socket_cookie(skb));
}
