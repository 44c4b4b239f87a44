/* Counts what each socket with an Owner sends and receives, after netfilter on the way out, so that nothing counts that was
 * refused. Decides nothing. Runs for every packet of every socket, in whatever context the packet happens to be in: it reads
 * nothing of the current process. Attached at the root of the cgroup v2 tree.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "forward.h"
#include "maps.h"
#include "packet_headers.h"

/* The kernel offers some helpers to GPL programs only; the source is also under Apache-2.0. */
char LICENSE[] SEC("license") = "GPL";

#define GO_ON 1
#define SOCK_STREAM 1

/* For packets that arrive the remote end is the source, which is what the reader calls the local one. */
static __always_inline struct traffic *traffic_of_datagram(struct __sk_buff *skb, struct datagram_flow flow,
							   bool is_incoming)
{
	struct flow_key key = {};

	if (!read_flow_key(skb, &key))
		return 0;
	__builtin_memcpy(flow.remote_address, is_incoming ? key.local_address : key.remote_address,
			 sizeof(flow.remote_address));
	/* The identifier of an echo stands where others have a local port. */
	if (!is_icmp(key.protocol))
		flow.remote_port = is_incoming ? key.local_port : key.remote_port;
	flow.protocol = key.protocol;
	return bpf_map_lookup_elem(&datagram_traffic, &flow);
}

static __always_inline bool is_of_stream(struct __sk_buff *skb)
{
	struct bpf_sock *socket = skb->sk;

	if (socket)
		socket = bpf_sk_fullsock(socket);
	/* Others are ends of streams, before and after the whole socket. */
	return !socket || (socket->type == SOCK_STREAM && socket->protocol == IPPROTO_TCP);
}

/* A datagram that goes out is most likely one of a flow that user space was told of; one that comes in may be anybody's. Flows of
 * other namespaces are found only behind the record, because each of their packets has to be noted. */
static __always_inline struct traffic *traffic_of(struct __sk_buff *skb, bool is_incoming)
{
	struct datagram_flow flow = { .socket_cookie = bpf_get_socket_cookie(skb) };
	bool is_stream = is_of_stream(skb);
	struct socket_record *record;
	struct traffic *traffic = 0;

	if (!is_stream && !is_incoming)
		traffic = traffic_of_datagram(skb, flow, false);
	if (traffic)
		return traffic;
	record = bpf_map_lookup_elem(&owners, &flow.socket_cookie);
	/* A closed stream still sends what it had to send, and its end. */
	if (!record)
		return is_stream ? bpf_map_lookup_elem(&closing_traffic, &flow.socket_cookie) : 0;
	flow.is_forwarded = is_of_other_namespace(&record->owner);
	if (flow.is_forwarded && !is_incoming)
		note_sender(skb, record);
	if (!is_stream && (is_incoming || flow.is_forwarded))
		traffic = traffic_of_datagram(skb, flow, is_incoming);
	return traffic ? traffic : &record->traffic;
}

/* The lines belong to one socket, so that no other processor waits for them. */
SEC("cgroup_skb/egress")
int traffic_out(struct __sk_buff *skb)
{
	struct traffic *traffic = traffic_of(skb, false);

	if (traffic) {
		__sync_fetch_and_add(&traffic->packets_out, 1);
		__sync_fetch_and_add(&traffic->bytes_out, skb->len);
	}
	return GO_ON;
}

SEC("cgroup_skb/ingress")
int traffic_in(struct __sk_buff *skb)
{
	struct traffic *traffic = traffic_of(skb, true);

	if (traffic) {
		__sync_fetch_and_add(&traffic->packets_in, 1);
		__sync_fetch_and_add(&traffic->bytes_in, skb->len);
	}
	return GO_ON;
}
