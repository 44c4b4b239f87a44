/* What the programs know of the agent: set before they are loaded, so that the verifier sees constants.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

/* Cookie of the network namespace whose netfilter hooks are ours. 0: not known. */
extern const volatile __u64 agent_network_namespace;
/* Number of the mount namespace in which the paths of Apps are, as in /proc/PID/ns/mnt. */
extern const volatile __u32 agent_mount_namespace;
/* Whether what other network namespaces send is asked about where it is forwarded. */
extern const volatile __u8 notes_senders;
