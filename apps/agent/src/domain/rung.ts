// The ladder of correlators: the ways to find whose packet it is, the best first.

export const RUNGS = ['packet', 'proc'] as const;
export type Rung = (typeof RUNGS)[number];

/** What each of them goes by. */
export const RUNG_TEXTS: Readonly<Record<Rung, string>> = {
  packet: 'cgroup hooks and the packet program (xt_bpf)',
  proc: 'sock_diag and /proc',
};

/** What is not as on the first one; attribution apart. */
export const RUNG_LIMITS: Readonly<Record<Rung, string>> = {
  packet: '',
  proc: 'Every flow is decided by the agent and none in the kernel, what flows carry is not counted, and a question is not withdrawn when its program gives up.',
};

/** `proc (rung 2 of 2): sock_diag and /proc`. */
export function rungText(rung: Rung): string {
  return `${rung} (rung ${RUNGS.indexOf(rung) + 1} of ${RUNGS.length}): ${RUNG_TEXTS[rung]}`;
}

/** A rung that was tried and does not work here. */
export interface RungFailure {
  readonly rung: Rung;
  readonly reason: string;
}
