// How long a question still waits, for a line that shrinks and for words that do not count down.

export interface TimeLeft {
  /** Of the whole wait, from 1 to 0. */
  readonly share: number;
  readonly leftMs: number;
}

export function timeLeft(
  { openedAtMs, deadlineMs }: { readonly openedAtMs: number; readonly deadlineMs: number },
  nowMs: number,
): TimeLeft {
  const wholeMs = Math.max(1, deadlineMs - openedAtMs);
  const leftMs = Math.max(0, deadlineMs - nowMs);
  return { share: Math.min(1, leftMs / wholeMs), leftMs };
}

/** Whole minutes; undefined below one. */
export function minutesLeft(leftMs: number): number | undefined {
  return leftMs < 60_000 ? undefined : Math.round(leftMs / 60_000);
}
