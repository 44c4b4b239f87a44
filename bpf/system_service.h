/* Services of the system often have mount namespaces of their own, which does not make them containers: their files are at the paths of
 * the machine. Only root, and no user's own systemd, has cgroups in these places; runtimes put containers elsewhere.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

#include <bpf/bpf_core_read.h>
#include "vmlinux.h"

#define LONGEST_NAME 128
#define SYSTEM_SLICE "system.slice"
#define SERVICE ".service"

struct cgroup_name {
	char text[LONGEST_NAME];
	__u32 length; /* 0: it could not be read, or is longer */
};

static __always_inline struct cgroup *parent_of(struct cgroup *cgroup)
{
	return (struct cgroup *)BPF_CORE_READ(cgroup, self.parent);
}

static __always_inline void read_cgroup_name(struct cgroup_name *name, struct cgroup *cgroup)
{
	long size = bpf_probe_read_kernel_str(name->text, sizeof(name->text), BPF_CORE_READ(cgroup, kn, name));

	name->length = size > 1 && size < LONGEST_NAME ? size - 1 : 0;
}

static __always_inline bool is_at(const struct cgroup_name *name, __u32 start, const char *wanted, __u32 length)
{
	for (__u32 index = 0; index < length; index++)
		if (name->text[(start + index) & (LONGEST_NAME - 1)] != wanted[index])
			return false;
	return true;
}

static __always_inline bool ends_with(const struct cgroup_name *name, const char *end, __u32 length)
{
	return name->length >= length && is_at(name, name->length - length, end, length);
}

/* The slice itself, right below the root of the tree. */
static __always_inline bool is_system_slice(const struct cgroup_name *name, struct cgroup *cgroup)
{
	return name->length == sizeof(SYSTEM_SLICE) - 1 && is_at(name, 0, SYSTEM_SLICE, sizeof(SYSTEM_SLICE) - 1) &&
	       !parent_of(parent_of(cgroup));
}

static __always_inline bool is_slice_of_system(struct cgroup *cgroup)
{
	struct cgroup_name name;

	read_cgroup_name(&name, cgroup);
	if (is_system_slice(&name, cgroup))
		return true;
	/* system-getty.slice and the like, for the instances of one template */
	if (!is_at(&name, 0, "system-", sizeof("system-") - 1) || !ends_with(&name, ".slice", sizeof(".slice") - 1))
		return false;
	cgroup = parent_of(cgroup);
	read_cgroup_name(&name, cgroup);
	return is_system_slice(&name, cgroup);
}

/* Whether its cgroup is /system.slice/NAME.service or /system.slice/system-NAME.slice/NAME.service. */
static __always_inline bool is_of_system_service(struct task_struct *task)
{
	struct cgroup *cgroup = BPF_CORE_READ(task, cgroups, dfl_cgrp);
	struct cgroup_name name;

	read_cgroup_name(&name, cgroup);
	return ends_with(&name, SERVICE, sizeof(SERVICE) - 1) &&
	       is_slice_of_system(parent_of(cgroup));
}
