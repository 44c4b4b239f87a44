/* Rung 3, where cgroup v2 is missing: kprobes on the functions by which programs connect and send. The Owner of a TCP flow is written
 * when connect() returns, after its SYN was queued: the agent has to wait for it. That of a datagram is noted before it is made.
 * SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include "datagrams.h"

/* The kernel offers some helpers to GPL programs only; the source is also under Apache-2.0. */
char LICENSE[] SEC("license") = "GPL";

#define AF_UNSPEC 0
#define AF_INET 2
#define AF_INET6 10
#define TCP_SYN_SENT 2

/* thread -> the socket that it is connecting */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, __u64);
} connecting SEC(".maps");

/* include/uapi/linux/in.h, in6.h */
struct socket_address {
	__u16 family;
	__be16 port;
	__u32 ipv4; /* IPv6: the flow label */
	__u32 ipv6[4];
};
#define ADDRESS_IPV4_SIZE 8

static __always_inline void *first_argument(void *context)
{
	struct pt_regs___x86 *x86 = context;
	struct pt_regs___arm64 *arm64 = context;

	if (bpf_core_field_exists(x86->di))
		return (void *)BPF_CORE_READ(x86, di);
	return (void *)BPF_CORE_READ(arm64, regs[0]);
}

static __always_inline void *second_argument(void *context)
{
	struct pt_regs___x86 *x86 = context;
	struct pt_regs___arm64 *arm64 = context;

	if (bpf_core_field_exists(x86->si))
		return (void *)BPF_CORE_READ(x86, si);
	return (void *)BPF_CORE_READ(arm64, regs[1]);
}

static __always_inline bool is_filtered(struct sock *sock)
{
	return !agent_network_namespace ||
	       BPF_CORE_READ(sock, __sk_common.skc_net.net, net_cookie) == agent_network_namespace;
}

/* A kernel thread is nobody: whoever is noted has not sent this. */
static __always_inline void write_sender(const struct flow_key *key)
{
	struct owner owner = { .evidence = OWNER_SEEN_AT_SEND };

	if (read_owner(bpf_get_current_task_btf(), &owner))
		write_flow(key, &owner);
	else
		bpf_map_delete_elem(&flows, key);
}

static __always_inline void write_stream(struct sock *sock, __u32 sequence)
{
	struct flow_key key = { .protocol = IPPROTO_TCP, .sequence = sequence };

	if (!is_filtered(sock))
		return;
	key.local_port = BPF_CORE_READ(sock, __sk_common.skc_num);
	key.remote_port = __builtin_bswap16(BPF_CORE_READ(sock, __sk_common.skc_dport));
	if (BPF_CORE_READ(sock, __sk_common.skc_family) == AF_INET) {
		set_ipv4_mapped(key.local_address, BPF_CORE_READ(sock, __sk_common.skc_rcv_saddr));
		set_ipv4_mapped(key.remote_address, BPF_CORE_READ(sock, __sk_common.skc_daddr));
	} else {
		BPF_CORE_READ_INTO(&key.local_address, sock, __sk_common.skc_v6_rcv_saddr.in6_u.u6_addr8);
		BPF_CORE_READ_INTO(&key.remote_address, sock, __sk_common.skc_v6_daddr.in6_u.u6_addr8);
	}
	write_sender(&key);
}

static __always_inline int begin_connect(void *context)
{
	__u64 thread = bpf_get_current_pid_tgid();
	__u64 sock = (__u64)first_argument(context);

	bpf_map_update_elem(&connecting, &thread, &sock, BPF_ANY);
	return 0;
}

/* Until the answer to the SYN, what is not acknowledged begins with the SYN's own sequence number. */
static __always_inline int end_connect(void)
{
	__u64 thread = bpf_get_current_pid_tgid();
	__u64 *known = bpf_map_lookup_elem(&connecting, &thread);
	struct sock *sock;

	if (!known)
		return 0;
	sock = (void *)*known;
	bpf_map_delete_elem(&connecting, &thread);
	write_stream(sock, BPF_CORE_READ((struct tcp_sock *)sock, snd_una));
	return 0;
}

SEC("kprobe/tcp_v4_connect")
int connect4_begins(void *context)
{
	return begin_connect(context);
}

SEC("kretprobe/tcp_v4_connect")
int connect4_ends(void *context)
{
	return end_connect();
}

SEC("kprobe/tcp_v6_connect")
int connect6_begins(void *context)
{
	return begin_connect(context);
}

SEC("kretprobe/tcp_v6_connect")
int connect6_ends(void *context)
{
	return end_connect();
}

static __always_inline void read_peer(struct sock *sock, struct flow_key *key)
{
	__u32 words[4];

	key->remote_port = __builtin_bswap16(BPF_CORE_READ(sock, __sk_common.skc_dport));
	if (BPF_CORE_READ(sock, __sk_common.skc_family) == AF_INET) {
		set_ipv4_mapped(key->remote_address, BPF_CORE_READ(sock, __sk_common.skc_daddr));
		return;
	}
	BPF_CORE_READ_INTO(&words, sock, __sk_common.skc_v6_daddr.in6_u.u6_addr8);
	set_remote_ipv6(key, words);
}

/* False where it cannot be read. */
static __always_inline bool read_name(struct sock *sock, struct msghdr *message, struct flow_key *key)
{
	bool is_ipv4 = BPF_CORE_READ(sock, __sk_common.skc_family) == AF_INET;
	void *name = BPF_CORE_READ(message, msg_name);
	int length = BPF_CORE_READ(message, msg_namelen);
	struct socket_address to = {};

	if (!name || length < ADDRESS_IPV4_SIZE) {
		read_peer(sock, key);
		return true;
	}
	if (bpf_probe_read_kernel(&to, length < (int)sizeof(to) ? ADDRESS_IPV4_SIZE : sizeof(to), name))
		return false;
	key->remote_port = __builtin_bswap16(to.port);
	if (to.family == AF_INET || (to.family == AF_UNSPEC && is_ipv4))
		set_remote_ipv4(key, to.ipv4, BPF_CORE_READ(sock, __sk_common.skc_rcv_saddr));
	else
		set_remote_ipv6(key, to.ipv6);
	return true;
}

static __always_inline void note_datagram(struct sock *sock, struct msghdr *message)
{
	struct flow_key key = { .protocol = BPF_CORE_READ(sock, sk_protocol) };

	if (!is_filtered(sock) || !read_name(sock, message, &key))
		return;
	/* A raw socket has its protocol for a port. */
	if (BPF_CORE_READ(sock, sk_type) != SOCK_RAW)
		key.local_port = BPF_CORE_READ(sock, __sk_common.skc_num);
	if (!has_ports(key.protocol))
		key.remote_port = 0;
	write_sender(&key);
}

SEC("kprobe/security_socket_sendmsg")
int socket_sends(void *context)
{
	struct socket *socket = first_argument(context);
	struct sock *sock = BPF_CORE_READ(socket, sk);
	__u16 family = sock ? BPF_CORE_READ(sock, __sk_common.skc_family) : AF_UNSPEC;

	if (family != AF_INET && family != AF_INET6)
		return 0;
	if (BPF_CORE_READ(sock, sk_protocol) != IPPROTO_TCP)
		note_datagram(sock, second_argument(context));
	else if (BPF_CORE_READ(sock, __sk_common.skc_state) == TCP_SYN_SENT)
		/* Fast open put the SYN off until there is something to send. */
		write_stream(sock, BPF_CORE_READ((struct tcp_sock *)sock, write_seq));
	return 0;
}
