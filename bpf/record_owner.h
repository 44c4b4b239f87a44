/* Records which process is behind a socket, in that process's own context.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "owners.h"

static __always_inline bool is_same(const struct owner *a, const struct owner *b)
{
	return a->pid == b->pid && a->start_ns == b->start_ns && a->inode == b->inode && a->ctime_ns == b->ctime_ns &&
	       a->device == b->device && a->uid == b->uid && a->gid == b->gid && a->cgroup_id == b->cgroup_id &&
	       a->is_elsewhere == b->is_elsewhere && a->evidence == b->evidence;
}

/* Another process with the same socket goes on with what the socket has carried. */
static __always_inline void write_record(const struct owner *owner, const struct socket_record *known, bool is_stream)
{
	struct socket_record record = { .owner = *owner, .is_stream = is_stream };

	if (known) {
		record.traffic = known->traffic;
		record.number = known->number;
		record.is_told = known->is_told;
	}
	bpf_map_update_elem(&owners, &record.owner.socket_cookie, &record, BPF_ANY);
}

/* Completes `owner`, of which the socket's part is given. False where there is none to record.
 * Writes only what changed: an update of this map costs about 0.7 us, a lookup 0.1 us. */
static __always_inline bool record(struct owner *owner, bool is_stream, void *context)
{
	__u64 cookie = owner->socket_cookie;
	struct socket_record *known;

	if (!read_owner(bpf_get_current_task_btf(), owner)) {
		/* Whoever was seen before is not the sender now. */
		bpf_map_delete_elem(&owners, &cookie);
		return false;
	}
	known = bpf_map_lookup_elem(&owners, &cookie);
	if (known && is_same(&known->owner, owner)) {
		owner->network_namespace = known->owner.network_namespace;
		return true;
	}
	owner->network_namespace = bpf_get_netns_cookie(context);
	write_record(owner, known, is_stream);
	return true;
}
