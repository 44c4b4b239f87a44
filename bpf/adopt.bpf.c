/* Finds the processes of sockets that are older than the hooks: runs once, over every open descriptor of every process, after the
 * hooks are attached and before any packet is queued. What a hook has seen is never touched.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "descriptors.h"
#include "maps.h"
#include "owners.h"
#include "packet_headers.h"

/* The kernel offers some helpers to GPL programs only; the source is also under Apache-2.0. */
char LICENSE[] SEC("license") = "GPL";

#define AF_INET 2
#define AF_INET6 10
#define NEXT 0

#define INIT_PID 1

static __always_inline void name(struct owner *known, const struct owner *owner, __u8 evidence)
{
	*known = *owner;
	known->evidence = evidence;
}

/* Two processes with one socket: neither is known to be the one that will send. Of one at which somebody else begins, two things can
 * be said all the same: process 1 binds what it hands on to a service, and processes of one executable are one App, whose eldest stands
 * for them. */
static __always_inline void share(struct owner *known, const struct owner *owner)
{
	if (known->evidence < OWNER_FOUND_OPEN || known->evidence > OWNER_FOUND_ALIKE || is_same_process(known, owner) ||
	    known->evidence == OWNER_FOUND_HANDED_ON)
		return;
	if (owner->pid == INIT_PID)
		name(known, owner, OWNER_FOUND_HANDED_ON);
	else if (known->pid == INIT_PID)
		known->evidence = OWNER_FOUND_HANDED_ON;
	else if (known->evidence == OWNER_FOUND_SHARED || !is_same_executable(known, owner))
		known->evidence = OWNER_FOUND_SHARED;
	else if (owner->start_ns < known->start_ns)
		name(known, owner, OWNER_FOUND_ALIKE);
	else
		known->evidence = OWNER_FOUND_ALIKE;
}

static __always_inline void adopt(struct task_struct *task, struct sock *sock, __u64 cookie)
{
	struct socket_record record = {
		.owner = { .socket_cookie = cookie, .evidence = OWNER_FOUND_OPEN },
		.is_stream = sock->sk_protocol == IPPROTO_TCP,
	};
	struct socket_record *known;

	record.owner.network_namespace = sock->__sk_common.skc_net.net->net_cookie;
	if (!read_owner(task, &record.owner))
		return;
	known = bpf_map_lookup_elem(&owners, &cookie);
	if (known)
		return share(&known->owner, &record.owner);
	bpf_map_update_elem(&owners, &cookie, &record, BPF_NOEXIST);
	if (sock->sk_type == SOCK_RAW)
		note_raw_socket(cookie);
}

SEC("iter/task_file")
int adopt_sockets(struct bpf_iter__task_file *context)
{
	struct task_struct *task = context->task;
	struct sock *sock = socket_behind(context->file);

	if (!task || !sock)
		return NEXT;
	if (sock->__sk_common.skc_family == AF_INET || sock->__sk_common.skc_family == AF_INET6)
		adopt(task, sock, bpf_get_socket_cookie(sock));
	return NEXT;
}

/* A socket whose processes are looked for: its inode, and the cookie of the one that a packet finds, which of an MPTCP listener is not
 * that of the program's own. */
struct wanted_socket {
	__u64 inode;
	__u64 socket_cookie;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct wanted_socket);
} wanted SEC(".maps");

SEC("iter/task_file")
int adopt_wanted(struct bpf_iter__task_file *context)
{
	struct task_struct *task = context->task;
	struct file *file = context->file;
	struct wanted_socket *socket;
	struct sock *sock;
	__u32 first = 0;

	if (!task || !file)
		return NEXT;
	socket = bpf_map_lookup_elem(&wanted, &first);
	if (!socket || file->f_inode->i_ino != socket->inode)
		return NEXT;
	sock = socket_behind(file);
	if (sock)
		adopt(task, sock, socket->socket_cookie);
	return NEXT;
}
