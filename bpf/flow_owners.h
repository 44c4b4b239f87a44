/* Two processes can send with one key (SO_REUSEPORT, raw sockets, a datagram port that is used again at once, two network namespaces
 * with one address). Then the agent must not pick one of them, so the entry says that it is shared.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "owners.h"

/* Longer than a packet waits in the queue before the agent reads it. */
#define SHARED_NS 5000000000ULL

static __always_inline __u64 shared_until(const struct flow_owner *before, const struct owner *now, __u64 now_ns)
{
	if (!before || is_same_process(&before->owner, now))
		return before ? before->shared_until_ns : 0;
	return now_ns - before->written_ns < SHARED_NS ? now_ns + SHARED_NS : 0;
}
