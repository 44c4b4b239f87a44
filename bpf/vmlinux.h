/* The kernel types that our programs read, and nothing else: pinned, so that every build sees the same ones. Fields are
 * found by CO-RE at load time (preserve_access_index), so the order here means nothing. Types of the BPF user API
 * (struct __sk_buff, bpf_sock, bpf_sock_addr, enum values) are fixed by the kernel's ABI promise.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#pragma once

typedef unsigned char __u8;
typedef signed char __s8;
typedef unsigned short __u16;
typedef short __s16;
typedef unsigned int __u32;
typedef int __s32;
typedef unsigned long long __u64;
typedef long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u32 __wsum;
typedef __u16 __sum16;
typedef __u8 u8;
typedef __u32 u32;
typedef __u64 u64;
typedef _Bool bool;
enum { false = 0, true = 1 };

/* include/uapi/linux/bpf.h */
enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_RINGBUF = 27,
};
enum { BPF_ANY = 0, BPF_NOEXIST = 1, BPF_EXIST = 2 };
enum { BPF_F_NO_PREALLOC = 1 };
enum { BPF_RB_NO_WAKEUP = 1, BPF_RB_FORCE_WAKEUP = 2 };

struct bpf_sock {
	__u32 bound_dev_if;
	__u32 family;
	__u32 type;
	__u32 protocol;
	__u32 mark;
	__u32 priority;
	__u32 src_ip4; /* network order */
	__u32 src_ip6[4];
	__u32 src_port; /* host order */
	__be16 dst_port; /* network order */
	__u16 not_used;
	__u32 dst_ip4;
	__u32 dst_ip6[4];
	__u32 state;
};

struct bpf_sock_addr {
	__u32 user_family;
	__u32 user_ip4;
	__u32 user_ip6[4];
	__u32 user_port;
	__u32 family;
	__u32 type;
	__u32 protocol;
	__u32 msg_src_ip4;
	__u32 msg_src_ip6[4];
	struct bpf_sock *sk __attribute__((aligned(8)));
};

enum { BPF_SOCK_OPS_TCP_CONNECT_CB = 3, BPF_SOCK_OPS_TCP_LISTEN_CB = 11 };

struct bpf_sock_ops {
	__u32 op;
	__u32 args[4];
	__u32 family;
	__u32 remote_ip4; /* addresses in network order */
	__u32 local_ip4;
	__u32 remote_ip6[4];
	__u32 local_ip6[4];
	__u32 remote_port; /* network order */
	__u32 local_port; /* host order */
	__u32 not_read[28]; /* is_fullsock to sk_txhash, bytes_received and bytes_acked */
	struct bpf_sock *sk __attribute__((aligned(8)));
};

struct __sk_buff {
	__u32 len;
	__u32 pkt_type;
	__u32 mark;
	__u32 queue_mapping;
	__u32 protocol;
	__u32 not_read[37]; /* vlan_present to gso_segs */
	struct bpf_sock *sk;
};

/* kernel internals, read by CO-RE */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef __s64 time64_t;
struct timespec64 {
	time64_t tv_sec;
	long tv_nsec;
};

struct super_block {
	__u32 s_dev;
};

struct inode {
	struct super_block *i_sb;
	unsigned long i_ino;
};

/* The change time moved twice: i_ctime up to 6.5, __i_ctime 6.6 to 6.10, two fields from 6.11 on. */
struct inode___until_6_5 {
	struct timespec64 i_ctime;
};
struct inode___until_6_10 {
	struct timespec64 __i_ctime;
};
struct inode___from_6_11 {
	time64_t i_ctime_sec;
	__u32 i_ctime_nsec;
};

struct file {
	struct inode *f_inode;
};

struct mm_struct {
	struct file *exe_file;
};

typedef struct {
	__u32 val;
} kuid_t;

typedef struct {
	__u32 val;
} kgid_t;

struct cred {
	kuid_t uid;
	kgid_t gid;
};

struct kernfs_node {
	const char *name;
	__u64 id;
};

struct cgroup_subsys_state {
	struct cgroup_subsys_state *parent;
};

struct cgroup {
	struct cgroup_subsys_state self; /* the first member: its parent's is the parent itself */
	struct kernfs_node *kn;
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

struct ns_common {
	__u32 inum;
};

struct mnt_namespace {
	struct ns_common ns;
};

struct nsproxy {
	struct mnt_namespace *mnt_ns;
};

struct net {
	__u64 net_cookie;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct in6_addr {
	union {
		__u8 u6_addr8[16];
	} in6_u;
};

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	possible_net_t skc_net;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct sock {
	struct sock_common __sk_common;
	__u16 sk_type;
	__u16 sk_protocol;
};

struct inet_sock {
	struct sock sk;
};

struct inet_connection_sock {
	struct inet_sock icsk_inet;
};

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u32 snd_una;
	__u32 write_seq;
};

struct socket {
	struct sock *sk;
};

struct msghdr {
	void *msg_name; /* copied into the kernel */
	int msg_namelen;
};

/* The registers of a probed function's arguments, by architecture. */
struct pt_regs___x86 {
	unsigned long di;
	unsigned long si;
};
struct pt_regs___arm64 {
	__u64 regs[31];
};

struct task_struct {
	struct mm_struct *mm;
	struct task_struct *group_leader;
	struct cred *cred;
	struct css_set *cgroups;
	struct nsproxy *nsproxy;
	__u64 start_boottime;
	__s32 tgid;
};

struct bpf_iter__task_file {
	struct task_struct *task;
	struct file *file;
};

#pragma clang attribute pop
