// The ladder of correlators: the ways to find whose packet it is, the best first.

export const RUNGS = ['packet', 'sock-ops', 'kprobe', 'proc'] as const;
export type Rung = (typeof RUNGS)[number];

/** What each of them goes by. */
export const RUNG_TEXTS: Readonly<Record<Rung, string>> = {
  packet: 'cgroup hooks and the packet program (xt_bpf)',
  'sock-ops': 'cgroup hooks and sock_ops',
  kprobe: 'kprobes on connect and send',
  proc: 'sock_diag and /proc',
};

const NO_HOOKS =
  'Every flow is decided by the agent and none in the kernel, what flows carry is not counted, and a question is not withdrawn when its program gives up.';

/** What is not as on the first one; attribution apart. */
export const RUNG_LIMITS: Readonly<Record<Rung, string>> = {
  packet: '',
  'sock-ops':
    'What is allowed is decided by the agent each time and never in the kernel, and what flows carry is not counted.',
  kprobe: NO_HOOKS,
  proc: NO_HOOKS,
};

/** `proc (rung 4 of 4): sock_diag and /proc`. */
export function rungText(rung: Rung): string {
  return `${rung} (rung ${RUNGS.indexOf(rung) + 1} of ${RUNGS.length}): ${RUNG_TEXTS[rung]}`;
}

/** A rung that was tried and does not work here. */
export interface RungFailure {
  readonly rung: Rung;
  readonly reason: string;
}
