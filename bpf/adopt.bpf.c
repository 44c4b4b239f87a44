/* Finds the processes of sockets that are older than the hooks: runs once, over every open descriptor of every process, after the
 * hooks are attached and before any packet is queued. What a hook has seen is never touched.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "maps.h"
#include "owners.h"
#include "packet_headers.h"

/* The kernel offers some helpers to GPL programs only; the source is also under Apache-2.0. */
char LICENSE[] SEC("license") = "GPL";

#define AF_INET 2
#define AF_INET6 10
#define NEXT 0

/* Two processes with one socket: neither is known to be the one that will send. */
static __always_inline void share(struct socket_record *known, const struct owner *owner)
{
	if (known->owner.evidence == OWNER_FOUND_OPEN && !is_same_process(&known->owner, owner))
		known->owner.evidence = OWNER_FOUND_SHARED;
}

static __always_inline void adopt(struct task_struct *task, struct sock *sock)
{
	__u64 cookie = bpf_get_socket_cookie(sock);
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
		return share(known, &record.owner);
	bpf_map_update_elem(&owners, &cookie, &record, BPF_NOEXIST);
	if (sock->sk_type == SOCK_RAW)
		note_raw_socket(cookie);
}

SEC("iter/task_file")
int adopt_sockets(struct bpf_iter__task_file *context)
{
	struct task_struct *task = context->task;
	struct file *file = context->file;
	struct socket *socket;
	struct sock *sock;

	/* The last call of a walk has neither. */
	if (!task || !file)
		return NEXT;
	socket = bpf_sock_from_file(file);
	if (!socket)
		return NEXT;
	sock = socket->sk;
	if (sock && (sock->__sk_common.skc_family == AF_INET || sock->__sk_common.skc_family == AF_INET6))
		adopt(task, sock);
	return NEXT;
}
