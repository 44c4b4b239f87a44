// What the agent recorded of a case, held against what the programs say of themselves.
import type { HistoryRecord } from '@sallyport/proto';

/** An attempt as the program that made it tells it. */
export interface Attempt {
  readonly address: string;
  readonly port: number;
  readonly pid: number;
  /** Of the executable at that moment. */
  readonly path: string;
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

export type RecordedFlow = Pick<HistoryRecord, 'address' | 'port' | 'pid' | 'app' | 'heldUs'>;

/** Whether the App is the one that runs the executable of this path. */
export type IsApp = (app: string, path: string) => boolean;

export function judge(
  attempts: readonly Attempt[],
  records: readonly RecordedFlow[],
  isApp: IsApp,
): Judgement {
  const byEnd = Map.groupBy(records, endText);
  const counts = { right: 0, wrong: 0, missing: 0, byFileOnly: 0 };
  for (const attempt of attempts) {
    const outcome = outcomeOf(attempt, byEnd.get(endText(attempt)) ?? [], isApp);
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

/** A flow with several records must be right in each. */
function outcomeOf(attempt: Attempt, records: readonly RecordedFlow[], isApp: IsApp): Outcome {
  const outcomes = records.map((record) => recordOutcome(attempt, record, isApp));
  return (['wrong', 'byFileOnly', 'right'] as const).find((one) => outcomes.includes(one)) ?? 'missing';
}

function recordOutcome({ pid, path }: Attempt, record: RecordedFlow, isApp: IsApp): Outcome {
  if (record.pid === 0) return 'missing';
  if (record.pid !== pid) return 'wrong';
  if (isApp(record.app, path)) return 'right';
  return record.app.startsWith('inode:') ? 'byFileOnly' : 'wrong';
}

/** Attempts of a case differ in their remote ends. */
function endText({ address, port }: { readonly address: string; readonly port: number }): string {
  return `${address} ${port}`;
}
