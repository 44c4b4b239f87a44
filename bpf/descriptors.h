/* What a walk over open descriptors finds behind one.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>

/* NULL where it is no socket's, and for the last call of a walk, which has no descriptor. */
static __always_inline struct sock *socket_behind(struct file *file)
{
	struct socket *socket = file ? bpf_sock_from_file(file) : 0;

	return socket ? socket->sk : 0;
}
