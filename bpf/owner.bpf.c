/* Records which process is behind a socket, in that process's own context: at socket(), connect() and sendmsg(). First
 * step of the data path; the packet program reads the record a moment later. What the verdict cache denies ends here, with
 * EPERM, before any packet is made. Attached at the root of the cgroup v2 tree, so that every process and container is
 * covered. Besides, only a raw socket that could not be recorded is refused. Kernel 5.15 on: bpf_get_current_task_btf in
 * these program types.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "binds.h"
#include "maps.h"
#include "packet_headers.h"
#include "recent_allows.h"
#include "record_owner.h"
#include "shared/packet_socket.h"
#include "verdict_cache.h"

/* The kernel offers some helpers to GPL programs only; the source is also under Apache-2.0. */
char LICENSE[] SEC("license") = "GPL";

#define GO_ON 1
#define REFUSE 0

/* cookies that user space wants to hear about when they close */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, __u8);
} held_sockets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 18); /* 16 384 events, twice the flows that can be held */
} events SEC(".maps");

/* struct socket_closed of sockets that user space knows flows of; it reads them when it likes */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 18);
} ended SEC(".maps");

/* Keep these types in the object's BTF, from which the readers are made. */
struct socket_closed *keep_socket_closed __attribute__((unused));
enum owner_evidence *keep_owner_evidence __attribute__((unused));
enum counter *keep_counter __attribute__((unused));
enum verdict_field *keep_verdict_field __attribute__((unused));
enum verdict_limit *keep_verdict_limit __attribute__((unused));
enum verdict_generation_index *keep_verdict_generation_index __attribute__((unused));
struct flow_decided *keep_flow_decided __attribute__((unused));
struct conversation *keep_conversation __attribute__((unused));
struct conversation_state *keep_conversation_state __attribute__((unused));
struct packet_socket_opener *keep_packet_socket_opener __attribute__((unused));
struct packet_socket_entry *keep_packet_socket_entry __attribute__((unused));
struct packet_socket_settings *keep_packet_socket_settings __attribute__((unused));
struct packet_socket_opened *keep_packet_socket_opened __attribute__((unused));
enum packet_socket_answer *keep_packet_socket_answer __attribute__((unused));

static __always_inline bool is_recorded_later(struct bpf_sock *socket)
{
	return socket->type != SOCK_RAW && (socket->protocol == IPPROTO_TCP || socket->protocol == IPPROTO_UDP);
}

SEC("cgroup/sock_create")
int owner_sock_create(struct bpf_sock *socket)
{
	struct owner owner = { .evidence = OWNER_SEEN_AT_CREATE };
	__u64 cookie;

	if (is_recorded_later(socket))
		return GO_ON;
	cookie = owner.socket_cookie = bpf_get_socket_cookie(socket);
	record(&owner, false, socket);
	if (socket->type != SOCK_RAW)
		return GO_ON;
	return note_raw_socket(cookie) ? GO_ON : REFUSE;
}

/* Set before loading where inbound flows are judged; else the verifier takes out what depends on it. */
const volatile bool counts_binds = false;

/* Set before loading; 0: EPERM, which the kernel says by itself. Where it is 0 the verifier never sees the call, which these
 * programs may make from 6.1 on. */
const volatile __u32 known_deny_error = 0;

static __always_inline int refuse(void)
{
	if (known_deny_error)
		bpf_set_retval(-(int)known_deny_error);
	return REFUSE;
}

static __always_inline void read_destination(struct bpf_sock_addr *context, bool is_ipv4, struct flow_key *flow)
{
	__u32 *words = (__u32 *)flow->remote_address;

	if (is_ipv4) {
		words[2] = __builtin_bswap32(0xffff);
		words[3] = context->user_ip4;
	} else {
		words[0] = context->user_ip6[0];
		words[1] = context->user_ip6[1];
		words[2] = context->user_ip6[2];
		words[3] = context->user_ip6[3];
	}
	flow->remote_port = __builtin_bswap16(context->user_port);
	flow->protocol = context->protocol;
}

/* An error where the cache denies this destination. */
static __always_inline int judge(const struct owner *owner, const struct flow_key *flow, __u64 generation)
{
	struct verdict_entry *entry;

	if (flow->protocol != IPPROTO_TCP && is_recently_allowed(owner, flow, generation))
		return GO_ON;
	entry = find_verdict(owner, flow, generation);
	if (!entry || entry->is_allow)
		return GO_ON;
	add_to(COUNTER_KNOWN_DENIED);
	tell_decided(entry, owner, flow);
	return refuse();
}

static __always_inline int record_and_judge(struct bpf_sock_addr *context, __u8 evidence, bool is_ipv4)
{
	struct owner owner = { .socket_cookie = bpf_get_socket_cookie(context), .evidence = evidence };
	struct flow_key flow = {};
	__u64 generation;

	/* A connected socket takes what came to another one at its port before. */
	if (counts_binds && evidence == OWNER_SEEN_AT_CONNECT && context->protocol != IPPROTO_TCP && context->sk)
		count_bind(context->sk->src_port);
	/* What another namespace connects to may be its own. connect() of a datagram socket may only ask for a route: what it sends is
	 * judged, packet by packet. */
	if (!record(&owner, context->protocol == IPPROTO_TCP, context) ||
	    owner.network_namespace != agent_network_namespace ||
	    (evidence == OWNER_SEEN_AT_CONNECT && context->protocol != IPPROTO_TCP))
		return GO_ON;
	generation = generation_at(VERDICT_GENERATION);
	/* Without any deny in it, nothing is looked up. */
	if (generation_at(VERDICT_DENY_GENERATION) != generation)
		return GO_ON;
	read_destination(context, is_ipv4, &flow);
	return judge(&owner, &flow, generation);
}

SEC("cgroup/connect4")
int owner_connect4(struct bpf_sock_addr *context)
{
	return record_and_judge(context, OWNER_SEEN_AT_CONNECT, true);
}

SEC("cgroup/connect6")
int owner_connect6(struct bpf_sock_addr *context)
{
	return record_and_judge(context, OWNER_SEEN_AT_CONNECT, false);
}

SEC("cgroup/sendmsg4")
int owner_sendmsg4(struct bpf_sock_addr *context)
{
	return record_and_judge(context, OWNER_SEEN_AT_SEND, true);
}

SEC("cgroup/sendmsg6")
int owner_sendmsg6(struct bpf_sock_addr *context)
{
	return record_and_judge(context, OWNER_SEEN_AT_SEND, false);
}

static __always_inline void report_closed(__u64 cookie)
{
	struct socket_closed *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
	__u32 index = COUNTER_EVENTS_LOST;
	__u64 *lost;

	if (event) {
		event->socket_cookie = cookie;
		bpf_ringbuf_submit(event, 0);
		return;
	}
	lost = bpf_map_lookup_elem(&counters, &index);
	if (lost)
		(*lost)++;
}

static __always_inline void add_to_alike(const struct socket_record *record)
{
	__u32 number = record->number;
	struct traffic none = {};
	struct traffic *sum = bpf_map_lookup_elem(&alike_traffic, &number);

	if (!sum) {
		bpf_map_update_elem(&alike_traffic, &number, &none, BPF_NOEXIST);
		sum = bpf_map_lookup_elem(&alike_traffic, &number);
	}
	if (!sum)
		return;
	__sync_fetch_and_add(&sum->packets_out, record->traffic.packets_out);
	__sync_fetch_and_add(&sum->bytes_out, record->traffic.bytes_out);
	__sync_fetch_and_add(&sum->packets_in, record->traffic.packets_in);
	__sync_fetch_and_add(&sum->bytes_in, record->traffic.bytes_in);
}

/* A told stream still sends what it had to send, and its end. */
static __always_inline void keep_traffic(const struct socket_record *record)
{
	__u64 cookie = record->owner.socket_cookie;
	struct socket_closed event = { .socket_cookie = cookie };

	if (record->number && !(record->is_stream && record->is_told))
		add_to_alike(record);
	if (!record->is_told)
		return;
	if (record->is_stream)
		bpf_map_update_elem(&closing_traffic, &cookie, &record->traffic, BPF_ANY);
	bpf_ringbuf_output(&ended, &event, sizeof(event), BPF_RB_NO_WAKEUP);
}

/* The last descriptor of the socket was closed (kernel 5.9 on). Most sockets are nobody's whom we saw, or not held: a lookup costs
 * less than a deletion that finds nothing, which takes a lock. */
SEC("cgroup/sock_release")
int owner_sock_release(struct bpf_sock *socket)
{
	__u64 cookie = bpf_get_socket_cookie(socket);
	struct socket_record *record = bpf_map_lookup_elem(&owners, &cookie);

	if (record) {
		keep_traffic(record);
		bpf_map_delete_elem(&owners, &cookie);
	}
	if (socket->type == SOCK_RAW && bpf_map_delete_elem(&raw_sockets, &cookie) == 0)
		count_raw_sockets(-1);
	if (bpf_map_lookup_elem(&held_sockets, &cookie) && bpf_map_delete_elem(&held_sockets, &cookie) == 0)
		report_closed(cookie);
	return GO_ON;
}
