/* Packet sockets (AF_PACKET, AF_XDP) hand frames to an interface, below netfilter: no packet of theirs is ever queued. Where the
 * kernel runs BPF programs as a security module, they are judged as they are opened; elsewhere a walk over open descriptors finds
 * whose they are. An object of its own, so that a kernel that refuses any of it still filters all else.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "descriptors.h"
#include "owners.h"
#include "shared/packet_socket.h"
#include "shared/verdict.h"
#include "system_service.h"

/* The kernel offers some helpers to GPL programs only; the source is also under Apache-2.0. */
char LICENSE[] SEC("license") = "GPL";

#define AF_PACKET 17
#define AF_XDP 44
#define EPERM 1
#define NEXT 0

/* socket cookie -> the only process that had it open, or that several had */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, struct owner);
} packet_socket_owners SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct packet_socket_opener);
	__type(value, struct packet_socket_entry);
} packet_socket_answers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct packet_socket_settings);
} packet_socket_settings_map SEC(".maps");

/* struct packet_socket_opened; those that do not fit were judged all the same */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 16);
} packet_sockets_opened SEC(".maps");

/* A second process with the same socket: neither is known to be the one that sends. */
SEC("iter/task_file")
int find_packet_sockets(struct bpf_iter__task_file *context)
{
	struct task_struct *task = context->task;
	struct sock *sock = socket_behind(context->file);
	struct owner owner = { .evidence = OWNER_FOUND_OPEN };
	struct owner *known;
	__u64 cookie;

	if (!task || !sock || sock->__sk_common.skc_family != AF_PACKET)
		return NEXT;
	cookie = owner.socket_cookie = bpf_get_socket_cookie(sock);
	owner.network_namespace = sock->__sk_common.skc_net.net->net_cookie;
	if (!read_owner(task, &owner))
		return NEXT;
	known = bpf_map_lookup_elem(&packet_socket_owners, &cookie);
	if (!known)
		bpf_map_update_elem(&packet_socket_owners, &cookie, &owner, BPF_NOEXIST);
	else if (!is_same_process(known, &owner))
		known->evidence = OWNER_FOUND_SHARED;
	return NEXT;
}

/* The narrowest first. */
static const __u32 masks[] = {
	VERDICT_FIELD_PROCESS | VERDICT_FIELD_EXECUTABLE | VERDICT_FIELD_UID,
	VERDICT_FIELD_EXECUTABLE | VERDICT_FIELD_UID,
	VERDICT_FIELD_EXECUTABLE,
	VERDICT_FIELD_UID,
	0,
};

/* `place` is where its file is the program that rules name; one process is what it is by itself. */
static __always_inline struct packet_socket_opener opener_of(const struct owner *owner, __u64 place, __u32 fields)
{
	struct packet_socket_opener opener = { .fields = fields };

	if (fields & VERDICT_FIELD_EXECUTABLE) {
		opener.inode = owner->inode;
		opener.ctime_ns = owner->ctime_ns;
		opener.device = owner->device;
		opener.place = fields & VERDICT_FIELD_PROCESS ? place_of(owner) : place;
	}
	if (fields & VERDICT_FIELD_PROCESS) {
		opener.start_ns = owner->start_ns;
		opener.pid = owner->pid;
	}
	if (fields & VERDICT_FIELD_UID)
		opener.uid = owner->uid;
	return opener;
}

static __always_inline bool is_in_force(const struct packet_socket_entry *entry, __u64 generation)
{
	return entry->generation >= generation && (!entry->expires_ns || bpf_ktime_get_boot_ns() < entry->expires_ns);
}

static __always_inline __u8 answer_for(const struct owner *owner, __u64 place, __u64 generation)
{
	struct packet_socket_opener opener;
	struct packet_socket_entry *entry;

#pragma unroll
	for (__u32 index = 0; index < sizeof(masks) / sizeof(masks[0]); index++) {
		opener = opener_of(owner, place, masks[index]);
		entry = bpf_map_lookup_elem(&packet_socket_answers, &opener);
		if (entry && is_in_force(entry, generation))
			return entry->answer;
	}
	return PACKET_SOCKET_NOT_KNOWN;
}

/* A container may run the very file that a rule for the machine names, and is not that program. */
static __always_inline __u64 place_of_file(const struct owner *owner)
{
	__u64 place = place_of(owner);

	return place && is_of_system_service(bpf_get_current_task_btf()) ? 0 : place;
}

static __always_inline bool judge(struct packet_socket_opened *opened, const struct packet_socket_settings *settings)
{
	opened->answer = answer_for(&opened->owner, place_of_file(&opened->owner), settings->generation);
	opened->is_refused = opened->answer == PACKET_SOCKET_DENIED ||
			     (opened->answer == PACKET_SOCKET_NOT_KNOWN && settings->is_unknown_denied);
	bpf_ringbuf_output(&packet_sockets_opened, opened, sizeof(*opened), 0);
	return opened->is_refused;
}

/* After the kernel has found that the process may open one at all, so that nobody is asked about what fails anyway. The sockets of
 * the kernel itself go on. `before` is what another program of this hook said. */
SEC("lsm/socket_post_create")
int BPF_PROG(judge_packet_socket, struct socket *socket, int family, int type, int protocol, int is_kernel, int before)
{
	struct packet_socket_opened opened = { .owner.evidence = OWNER_SEEN_AT_CREATE };
	struct packet_socket_settings *settings;
	struct sock *sock;
	__u32 first = 0;

	if (before || is_kernel || (family != AF_PACKET && family != AF_XDP))
		return before;
	settings = bpf_map_lookup_elem(&packet_socket_settings_map, &first);
	sock = socket->sk;
	if (!settings || !settings->generation || !sock || !read_owner(bpf_get_current_task_btf(), &opened.owner))
		return 0;
	opened.owner.network_namespace = sock->__sk_common.skc_net.net->net_cookie;
	if (opened.owner.network_namespace != settings->network_namespace)
		return 0;
	opened.owner.socket_cookie = bpf_get_socket_cookie(sock);
	return judge(&opened, settings) ? -EPERM : 0;
}
