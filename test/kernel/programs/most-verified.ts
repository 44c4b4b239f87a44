// How many instructions the verifier may walk through for each program, on any kernel (bpf_prog_info.verified_insns, 5.16 on; 0
// before). A million is where kernels refuse. A change that comes near these lines costs start time, and may fail on a kernel whose
// verifier follows more paths than the one at hand.
export const MOST_VERIFIED: Readonly<Record<string, number>> = {
  adopt_sockets: 1000,
  adopt_wanted: 1000,
  inbound_known: 100_000,
  inbound_denied: 100_000,
  inbound_bind4: 2000,
  inbound_bind6: 2000,
  inbound_listen: 2000,
  owner_sock_create: 1000,
  owner_connect4: 40_000,
  owner_connect6: 40_000,
  owner_sendmsg4: 40_000,
  owner_sendmsg6: 40_000,
  owner_sock_release: 1000,
  packet_unknown: 100_000,
  packet_denied: 100,
  packet_established: 100,
  traffic_out: 100_000,
  traffic_in: 30_000,
  stream_connect: 1000,
  sender_connect4: 1000,
  sender_connect6: 1000,
  sender_sendmsg4: 2000,
  sender_sendmsg6: 2000,
  sender_sock_release: 500,
  connect4_begins: 100,
  connect4_ends: 2000,
  connect6_begins: 100,
  connect6_ends: 2000,
  socket_sends: 5000,
  packet_forwarded: 100_000,
  forwarded_established: 40_000,
};

/** Of these, those of rung 3: not every kernel has such programs. */
export const KPROBE_PROGRAMS = [
  'connect4_begins',
  'connect4_ends',
  'connect6_begins',
  'connect6_ends',
  'socket_sends',
] as const;
