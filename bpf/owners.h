/* Reads Owners of tasks and compares them, and keeps the list of raw sockets.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include <bpf/bpf_core_read.h>
#include "agent.h"
#include "maps.h"

#define SOCK_RAW 3
#define NANOSECONDS 1000000000ULL
/* I_CTIME_QUERIED: from 6.13 on the nanoseconds carry a mark that somebody has read the time. */
#define CTIME_NANOSECONDS_MASK 0x7fffffffU

static __always_inline __u64 change_time_ns(struct inode *inode)
{
	struct inode___from_6_11 *from_6_11 = (void *)inode;
	struct inode___until_6_10 *until_6_10 = (void *)inode;
	struct inode___until_6_5 *until_6_5 = (void *)inode;

	if (bpf_core_field_exists(from_6_11->i_ctime_sec))
		return from_6_11->i_ctime_sec * NANOSECONDS + (from_6_11->i_ctime_nsec & CTIME_NANOSECONDS_MASK);
	if (bpf_core_field_exists(until_6_10->__i_ctime))
		return until_6_10->__i_ctime.tv_sec * NANOSECONDS + until_6_10->__i_ctime.tv_nsec;
	if (bpf_core_field_exists(until_6_5->i_ctime))
		return until_6_5->i_ctime.tv_sec * NANOSECONDS + until_6_5->i_ctime.tv_nsec;
	return 0;
}

/* The process's part. False for kernel threads: they have no executable, and nobody is to be named for what they do. The pointers are followed by plain
 * loads, which the verifier lets through for a typed task (a bad one reads 0): helpers that tell the same took a third of the hook's
 * time, bpf_probe_read_kernel half of it. */
static __always_inline bool read_owner(struct task_struct *task, struct owner *owner)
{
	struct mm_struct *mm = task->mm;
	struct file *executable;
	struct inode *inode;

	if (!mm)
		return false;
	executable = mm->exe_file;
	if (!executable)
		return false;
	inode = executable->f_inode;
	owner->inode = inode->i_ino;
	owner->device = inode->i_sb->s_dev;
	owner->ctime_ns = change_time_ns(inode);
	owner->start_ns = task->group_leader->start_boottime;
	owner->pid = task->tgid;
	owner->uid = task->cred->uid.val;
	owner->gid = task->cred->gid.val;
	if (bpf_core_field_exists(task->cgroups))
		owner->cgroup_id = task->cgroups->dfl_cgrp->kn->id;
	owner->is_elsewhere = task->nsproxy->mnt_ns->ns.inum != agent_mount_namespace;
	return true;
}

static __always_inline bool is_same_process(const struct owner *a, const struct owner *b)
{
	return a->pid == b->pid && a->start_ns == b->start_ns && a->inode == b->inode && a->device == b->device &&
	       a->ctime_ns == b->ctime_ns;
}

/* Counted before the socket is noted, and until after the note is gone. */
static __always_inline void count_raw_sockets(int more)
{
	__u32 first = 0;
	__u64 *count = bpf_map_lookup_elem(&raw_socket_count, &first);

	if (count)
		__sync_fetch_and_add(count, more);
}

/* False where the map is full: an unrecorded raw socket could forge segments of established flows. */
static __always_inline bool note_raw_socket(__u64 cookie)
{
	__u8 present = 1;

	count_raw_sockets(1);
	return bpf_map_update_elem(&raw_sockets, &cookie, &present, BPF_ANY) == 0;
}
