/* The flow map of an object: headers of a packet -> the Owner that sends such packets. Each object that includes this has its own.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "flow_owners.h"

/* flow key -> the Owner of the packet that was last queued with it, or is about to be */
struct flows_map {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, struct flow_key);
	__type(value, struct flow_owner);
};
struct flows_map flows SEC(".maps");

/* False where the map took no entry: then it has none. */
static __always_inline bool write_flow(const struct flow_key *key, const struct owner *owner)
{
	struct flow_owner value = { .owner = *owner, .written_ns = bpf_ktime_get_ns() };

	value.shared_until_ns = shared_until(bpf_map_lookup_elem(&flows, key), owner, value.written_ns);
	if (!bpf_map_update_elem(&flows, key, &value, BPF_ANY))
		return true;
	bpf_map_delete_elem(&flows, key);
	return false;
}
