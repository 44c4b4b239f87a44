/* Counts for each port how often a socket took it: of datagrams by bind() or connect(), of a stream by listen(). What was decided for
 * another socket there then ends.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "maps.h"

static __always_inline void count_bind(__u32 port)
{
	__u32 *binds = bpf_map_lookup_elem(&port_binds, &port);

	if (binds)
		__sync_fetch_and_add(binds, 1);
}
