/* Set before the programs are loaded: what they know of the agent.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#include "vmlinux.h"
#include "agent.h"

const volatile __u64 agent_network_namespace = 0;
const volatile __u32 agent_mount_namespace = 0;
const volatile __u8 notes_senders = 0;
