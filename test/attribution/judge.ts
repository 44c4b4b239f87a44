// What the agent recorded of a case, held against what the programs say of themselves.
import type { Action, HistoryRecord } from '@sallyport/proto';

/** An attempt as the program that made it tells it. */
export interface Attempt {
  readonly address: string;
  readonly port: number;
  readonly pid: number;
  /** Of the executable at that moment; of a program that is played, the id of its App. */
  readonly path: string;
  /** What came of it, where it is asked about. */
  readonly action?: Action;
}

export interface Judgement {
  readonly runs: number;
  /** Given to the process that made it, and to no other. */
  readonly right: number;
  /** Given to another process, or to the right one as another program. */
  readonly wrong: number;
  /** Not recorded, or recorded as nobody's. */
  readonly missing: number;
  /** Of `right`: the process is named, and its program by the file's device and inode alone, because it had ended. */
  readonly byFileOnly: number;
  /** From a packet's arrival in the agent to its verdict, microseconds; undefined where nothing was recorded. */
  readonly medianUs: number | undefined;
  readonly worstUs: number | undefined;
}

/** Lines of `ADDRESS PORT PID PATH`. Throws for any other. */
export function readAttempts(text: string): readonly Attempt[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, address = '', port, pid, path = ''] = /^(\S+) (\d+) (\d+) (.+)$/.exec(line) ?? [];
      if (address === '') throw new Error(`a program of the suite printed "${line}"`);
      return { address, port: Number(port), pid: Number(pid), path };
    });
}

export type RecordedFlow = Pick<HistoryRecord, 'address' | 'port' | 'pid' | 'app' | 'heldUs' | 'action'>;

/** Whether the App is the one that runs the executable of this path. */
export type IsApp = (app: string, path: string) => boolean;

export function judge(
  attempts: readonly Attempt[],
  records: readonly RecordedFlow[],
  isApp: IsApp,
): Judgement {
  const byEnd = Map.groupBy(records, endText);
  const counts = { right: 0, wrong: 0, missing: 0, byFileOnly: 0 };
  for (const [end, there] of Map.groupBy(attempts, endText))
    for (const outcome of outcomesAt(there, byEnd.get(end) ?? [], isApp)) {
      counts[outcome] += 1;
      if (outcome === 'byFileOnly') counts.right += 1;
    }
  const times = records.map(({ heldUs }) => heldUs).toSorted((one, other) => one - other);
  return {
    runs: attempts.length,
    ...counts,
    medianUs: times[Math.floor(times.length / 2)],
    worstUs: times.at(-1),
  };
}

type Outcome = 'right' | 'wrong' | 'missing' | 'byFileOnly';

/**
 * Of the attempts at one remote end. Each record there must be one of theirs, or all are wrong; and where one has two, another's record
 * names the wrong one.
 */
function outcomesAt(
  attempts: readonly Attempt[],
  records: readonly RecordedFlow[],
  isApp: IsApp,
): readonly Outcome[] {
  const outcomes = attempts.map((attempt) => records.map((record) => recordOutcome(attempt, record, isApp)));
  const isForeign = records.some((_, index) => outcomes.every((ofOne) => ofOne[index] === 'wrong'));
  if (isForeign) return attempts.map(() => 'wrong');
  const hasTwo = attempts.length > 1 && outcomes.some((ofOne) => ofOne.filter(isOwn).length > 1);
  return outcomes.map((ofOne) => ofOne.toSorted().find(isOwn) ?? (hasTwo ? 'wrong' : 'missing'));
}

function isOwn(outcome: Outcome): boolean {
  return outcome === 'right' || outcome === 'byFileOnly';
}

function recordOutcome({ pid, path, action }: Attempt, record: RecordedFlow, isApp: IsApp): Outcome {
  if (record.pid === 0) return 'missing';
  if (record.pid !== pid || (action !== undefined && record.action !== action)) return 'wrong';
  if (isApp(record.app, path)) return 'right';
  return record.app.startsWith('inode:') ? 'byFileOnly' : 'wrong';
}

/** Attempts of a case differ in their remote ends. */
export function endText({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address} ${port}`;
}
