/* Finds, judges and notes conversations of datagrams: what is known of them on the way out and on the way in.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "maps.h"
#include "packet_headers.h"
#include "shared/inbound.h"

/* How long answers to a group are awaited: mDNS, LLMNR and SSDP end their questions within less. */
#define GROUP_ANSWERS_NS 10000000000ULL

/* Reads no more than two words of a socket address that the kernel wrote. */
static __always_inline bool is_group(const __u8 *address)
{
	const __u32 *words = (const __u32 *)address;
	bool is_ipv4 = words[0] == 0 && words[1] == 0 && words[2] == __builtin_bswap32(0xffff);

	return is_ipv4 ? (address[12] & 0xf0) == 224 || words[3] == 0xffffffff : address[0] == 0xff;
}

static __always_inline bool is_datagram(__u8 protocol)
{
	return protocol == IPPROTO_UDP || protocol == IPPROTO_UDPLITE;
}

static __always_inline __u32 binds_of(__u16 port)
{
	__u32 index = port;
	__u32 *binds = bpf_map_lookup_elem(&port_binds, &index);

	return binds ? *binds : 0;
}

/* What goes out: source and destination are local and remote. */
static __always_inline void read_conversation(struct conversation *conversation, const struct flow_key *flow)
{
	__builtin_memset(conversation, 0, sizeof(*conversation));
	__builtin_memcpy(conversation->local_address, flow->local_address, 16);
	__builtin_memcpy(conversation->remote_address, flow->remote_address, 16);
	conversation->local_port = flow->local_port;
	conversation->remote_port = flow->remote_port;
	conversation->protocol = flow->protocol;
}

/* What comes in: the other way round. */
static __always_inline void read_conversation_inwards(struct conversation *conversation, const struct flow_key *flow)
{
	__builtin_memset(conversation, 0, sizeof(*conversation));
	__builtin_memcpy(conversation->local_address, flow->remote_address, 16);
	__builtin_memcpy(conversation->remote_address, flow->local_address, 16);
	conversation->local_port = flow->remote_port;
	conversation->remote_port = flow->local_port;
	conversation->protocol = flow->protocol;
}

static __always_inline bool is_socket_open(__u64 cookie)
{
	return cookie == 0 || bpf_map_lookup_elem(&owners, &cookie);
}

/* Whether what was written still counts. */
static __always_inline bool is_valid(const struct conversation_state *state, const struct conversation *conversation)
{
	__u32 index = VERDICT_GENERATION;
	__u64 *generation;

	if (state->binds != binds_of(conversation->local_port))
		return false;
	if (state->expires_ns != 0 && bpf_ktime_get_boot_ns() >= state->expires_ns)
		return false;
	if (state->generation == 0)
		return is_socket_open(state->socket_cookie);
	generation = bpf_map_lookup_elem(&verdict_generations, &index);
	return generation && *generation == state->generation;
}

/* Somebody began it, and the agent decided about it: it is judged by what comes in, in both directions. */
static __always_inline struct conversation_state *began_elsewhere(const struct conversation *conversation, __u64 cookie)
{
	struct conversation_state *state = bpf_map_lookup_elem(&conversations, conversation);

	if (!state || state->generation == 0)
		return 0;
	/* Of several sockets at the port it is not known which one answers. */
	return state->socket_cookie == cookie || state->socket_cookie == 0 ? state : 0;
}

/* Let through on its way out: its answers are welcome. Writes only what changed. */
static __always_inline void note_conversation(struct conversation *conversation, __u64 cookie)
{
	struct conversation_state state = { .socket_cookie = cookie, .is_allow = true };
	struct conversation_state *known;

	state.binds = binds_of(conversation->local_port);
	if (is_group(conversation->remote_address)) {
		__builtin_memset(conversation->remote_address, 0, sizeof(conversation->remote_address));
		conversation->remote_port = 0;
		state.expires_ns = bpf_ktime_get_boot_ns() + GROUP_ANSWERS_NS;
	}
	known = bpf_map_lookup_elem(&conversations, conversation);
	if (known && known->socket_cookie == cookie && known->binds == state.binds && known->generation == 0 &&
	    state.expires_ns == 0)
		return;
	bpf_map_update_elem(&conversations, conversation, &state, BPF_ANY);
}
