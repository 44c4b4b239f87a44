/* In front of the verdict cache: datagrams that this processor let through a moment ago. The next one of the same process, by the
 * same socket, to the same remote end costs no further lookup. An entry holds every field that a verdict can look at, so it is right
 * for whatever the verdict looked at; and it is void together with the verdict: by the generation, or when that expires.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "maps.h"

/* The compiler keeps the order of volatile accesses, and a processor sees its own in order. */
#define READ_NOW(value) (*(volatile typeof(value) *)&(value))

/* Both are aligned to 4 bytes. */
static __always_inline bool is_same_address(const __u8 *a, const __u8 *b)
{
	const __u32 *left = (const __u32 *)a, *right = (const __u32 *)b;

	return left[3] == right[3] && left[2] == right[2] && left[1] == right[1] && left[0] == right[0];
}

static __always_inline struct recent_allow *recent_allow_at(const struct owner *owner, const struct flow_key *flow)
{
	const __u32 *address = (const __u32 *)flow->remote_address;
	__u32 mixed = (__u32)owner->socket_cookie + flow->remote_port * 31 + (address[0] ^ address[3]) * 0x9e3779b1u;
	__u32 index = (mixed ^ mixed >> 16) & (RECENT_ALLOWS - 1);

	return bpf_map_lookup_elem(&recent_allows, &index);
}

static __always_inline bool holds_for(const struct recent_allow *allow, const struct owner *owner,
				      const struct flow_key *flow)
{
	return allow->socket_cookie == owner->socket_cookie && allow->remote_port == flow->remote_port &&
	       allow->protocol == flow->protocol && is_same_address(allow->remote_address, flow->remote_address) &&
	       allow->pid == owner->pid && allow->start_ns == owner->start_ns && allow->inode == owner->inode &&
	       allow->ctime_ns == owner->ctime_ns && allow->device == owner->device && allow->uid == owner->uid &&
	       allow->place == place_of(owner);
}

static __always_inline bool is_before(const struct until *until, __u64 generation)
{
	return until->generation == generation && (until->expires_ns == 0 || bpf_ktime_get_boot_ns() < until->expires_ns);
}

/* Whether this very flow was let through under the rules in force. */
static __always_inline bool is_recently_allowed(const struct owner *owner, const struct flow_key *flow, __u64 generation)
{
	struct recent_allow *allow = recent_allow_at(owner, flow);
	__u32 version;
	bool holds;

	if (!allow || READ_NOW(allow->writers))
		return false;
	version = READ_NOW(allow->version);
	holds = holds_for(allow, owner, flow) && is_before(&allow->until, generation);
	asm volatile("" ::: "memory");
	return holds && !READ_NOW(allow->writers) && READ_NOW(allow->version) == version;
}

static __always_inline void write_recent_allow(struct recent_allow *allow, const struct owner *owner,
					       const struct flow_key *flow)
{
	allow->socket_cookie = owner->socket_cookie;
	allow->start_ns = owner->start_ns;
	allow->inode = owner->inode;
	allow->ctime_ns = owner->ctime_ns;
	__builtin_memcpy(allow->remote_address, flow->remote_address, sizeof(allow->remote_address));
	allow->device = owner->device;
	allow->pid = owner->pid;
	allow->uid = owner->uid;
	allow->place = place_of(owner);
	allow->remote_port = flow->remote_port;
	allow->protocol = flow->protocol;
}

/* Whoever finds another writer at work leaves it to that one. */
static __always_inline void keep_recent_allow(const struct owner *owner, const struct flow_key *flow, struct until until)
{
	struct recent_allow *allow = recent_allow_at(owner, flow);

	if (!allow)
		return;
	__sync_fetch_and_add(&allow->writers, 1);
	if (READ_NOW(allow->writers) == 1) {
		READ_NOW(allow->version) += 1;
		asm volatile("" ::: "memory");
		write_recent_allow(allow, owner, flow);
		allow->until = until;
		asm volatile("" ::: "memory");
	}
	__sync_fetch_and_add(&allow->writers, -1);
}
