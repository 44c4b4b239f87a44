/* What the kernel programs and user space share about Owners. User space reads these structs through readers that are
 * generated from the BTF of the built object; sizes are checked when it is loaded.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

/* Where an Owner was seen with its socket. The later hooks are the better proof: they run in the sender itself. */
enum owner_evidence {
	OWNER_SEEN_AT_CREATE = 1,  /* socket(): all that raw, ping and SCTP sockets offer */
	OWNER_SEEN_AT_CONNECT = 2, /* connect() */
	OWNER_SEEN_AT_SEND = 3,    /* sendto(), sendmsg() of a datagram with a destination */
	OWNER_FOUND_OPEN = 4,      /* older than the programs: the only process that had it open when they were attached */
	OWNER_FOUND_SHARED = 5,    /* the same, but several processes had it open: nobody's, until one is seen with it */
	OWNER_FOUND_HANDED_ON = 6, /* the same, and the recorded one of them is process 1, which hands listeners on */
	OWNER_FOUND_ALIKE = 7,     /* the same, and all run one executable: of what they send it is not known whose it is */
	OWNER_SEEN_AT_BIND = 8,    /* bind() or listen(), while inbound flows are judged */
	OWNER_SEEN_RUNNING = 9,    /* not recorded: it ran while a datagram went out whose socket has no record */
};

/* The process behind a socket at the time of the hook. */
struct owner {
	__u64 start_ns;         /* task_struct.start_boottime of the thread group leader, ns since boot */
	__u64 inode;            /* of mm->exe_file, as the filesystem numbers it */
	__u64 ctime_ns;         /* change time of that inode, ns since 1970; 0 where the kernel's field is unknown */
	__u64 cgroup_id;        /* cgroup v2 id (inode of its directory) */
	__u64 socket_cookie;
	__u64 network_namespace; /* netns cookie of the socket, as SO_NETNS_COOKIE tells it */
	__u32 pid;              /* thread group id in the initial pid namespace */
	__u32 uid;
	__u32 gid;
	__u32 device;           /* super_block.s_dev of the executable: major << 20 | minor */
	__u8 evidence;          /* enum owner_evidence */
	__u8 is_elsewhere;      /* its mount namespace is not the agent's: its paths are others */
	__u8 reserved[6];
};

/* A file may be at several paths, and numbers of files are used again: only in the agent's own mount namespace does a file alone
 * say which App it is. Elsewhere it takes the cgroup, whose id is never used again. */
static inline __attribute__((always_inline)) __u64 place_of(const struct owner *owner)
{
	return owner->is_elsewhere ? owner->cgroup_id : 0;
}

/* The application closed a socket that user space had marked as held. */
struct socket_closed {
	__u64 socket_cookie;
};
