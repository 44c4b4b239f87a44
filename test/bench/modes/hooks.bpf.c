/* As many programs at the same hooks as Sallyport's, that do nothing: what the hooks themselves cost on this kernel.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

#define NOTHING(section, name) \
	SEC(section) int name(void *context) \
	{ \
		return 1; \
	}

NOTHING("cgroup/sock_create", nothing_sock_create)
NOTHING("cgroup/connect4", nothing_connect4)
NOTHING("cgroup/connect6", nothing_connect6)
NOTHING("cgroup/sendmsg4", nothing_sendmsg4)
NOTHING("cgroup/sendmsg6", nothing_sendmsg6)
NOTHING("cgroup/sock_release", nothing_sock_release)
NOTHING("cgroup_skb/egress", nothing_egress)
NOTHING("cgroup_skb/ingress", nothing_ingress)
NOTHING("socket", nothing_packet)
