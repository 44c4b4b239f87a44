/* Looks a flow up in the verdict cache and tells user space of the flows that were decided by it.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "maps.h"

/* A cached verdict tells of so many flows in a window one by one; the others are counted. */
#define TOLD_IN_A_WINDOW 32
#define WINDOW_NS 1000000000ULL
/* User space reads what was told when it likes: a flow that the kernel decides wakes nobody. */
#define WAKE_NOBODY BPF_RB_NO_WAKEUP

static __always_inline void add_to(__u32 index)
{
	__u64 *value = bpf_map_lookup_elem(&counters, &index);

	if (value)
		(*value)++;
}

static __always_inline __u64 generation_at(__u32 index)
{
	__u64 *generation = bpf_map_lookup_elem(&verdict_generations, &index);

	return generation ? *generation : 0;
}

static __always_inline void fill_key(struct verdict_key *key, __u32 fields, const struct owner *owner,
				     const struct flow_key *flow)
{
	__builtin_memset(key, 0, sizeof(*key));
	key->fields = fields;
	if (fields & (VERDICT_FIELD_EXECUTABLE | VERDICT_FIELD_PROCESS)) {
		key->device = owner->device;
		key->inode = owner->inode;
		key->ctime_ns = owner->ctime_ns;
		key->place = place_of(owner);
	}
	if (fields & VERDICT_FIELD_PROCESS) {
		key->pid = owner->pid;
		key->start_ns = owner->start_ns;
	}
	if (fields & VERDICT_FIELD_UID)
		key->uid = owner->uid;
	if (fields & VERDICT_FIELD_PROTOCOL)
		key->protocol = flow->protocol;
	if (fields & VERDICT_FIELD_ADDRESS)
		__builtin_memcpy(key->remote_address, flow->remote_address, sizeof(key->remote_address));
	if (fields & VERDICT_FIELD_PORT)
		key->remote_port = flow->remote_port;
}

static __always_inline bool is_in_force(const struct verdict_entry *entry, __u64 generation)
{
	return entry->generation == generation &&
	       (entry->expires_ns == 0 || bpf_ktime_get_boot_ns() < entry->expires_ns);
}

/* What is known about this flow. Two entries that both fit say the same: each holds all fields that its verdict looked at. */
static __always_inline struct verdict_entry *find_verdict(const struct owner *owner, const struct flow_key *flow,
							  __u64 generation)
{
	struct verdict_settings *settings;
	struct verdict_entry *entry;
	struct verdict_key key;
	__u32 first = 0;

	settings = bpf_map_lookup_elem(&verdict_settings, &first);
	if (!settings || owner->pid == settings->agent_pid)
		return 0;
	for (__u32 i = 0; i < MOST_VERDICT_MASKS; i++) {
		if (i >= settings->mask_count)
			break;
		fill_key(&key, settings->masks[i], owner, flow);
		entry = bpf_map_lookup_elem(&verdicts, &key);
		if (entry && is_in_force(entry, generation))
			return entry;
	}
	return 0;
}

/* True for the flows that are told one by one. */
static __always_inline bool may_tell(struct verdict_entry *entry, __u64 now_ns)
{
	if (now_ns - entry->window_ns > WINDOW_NS) {
		entry->window_ns = now_ns;
		entry->told = 0;
	}
	return entry->told++ < TOLD_IN_A_WINDOW;
}

/* Call once for each flow. False where it was only counted. */
static __always_inline bool tell_decided(struct verdict_entry *entry, const struct owner *owner,
					 const struct flow_key *flow)
{
	__u64 now_ns = bpf_ktime_get_boot_ns();
	struct flow_decided *event = 0;

	if (may_tell(entry, now_ns))
		event = bpf_ringbuf_reserve(&decided, sizeof(*event), 0);
	if (!event) {
		__sync_fetch_and_add(&entry->alike, 1);
		add_to(COUNTER_ONLY_COUNTED);
		return false;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->owner = *owner;
	event->key = *flow;
	event->generation = entry->generation;
	event->at_ns = now_ns;
	event->number = entry->number;
	event->is_allow = entry->is_allow;
	bpf_ringbuf_submit(event, WAKE_NOBODY);
	return true;
}
