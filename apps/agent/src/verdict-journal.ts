// What happens after a verdict, off the data path: the record for history with what is read of the process only now, and
// the event for clients that watch.
import type { EventHub } from './event-hub.ts';
import type { HistoryRecord } from './domain/history.ts';
import type { Process } from './domain/owner.ts';
import type { Verdict } from './domain/verdict.ts';
import { reasonText } from './domain/verdict.ts';
import type { FlowMemory } from './flow-memory.ts';
import { historyEntryOf } from './api/history-entry.ts';
import type { AppliedVerdict } from './pipeline-ports.ts';

export interface JournalOptions {
  readonly memory: FlowMemory;
  readonly hub: EventHub;
  readonly append: (record: HistoryRecord) => void;
  readonly nowMs: () => number;
}

/** Records handled in one turn of the event loop, so that packets never wait long for them. */
const RECORDS_PER_TURN = 16;

export class VerdictJournal {
  readonly #options: JournalOptions;
  #waiting: HistoryRecord[] = [];
  #turn: NodeJS.Immediate | undefined;

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** One record for each flow and verdict: a thousand datagrams are one line of history. */
  note({ flow, verdict, heldUs }: AppliedVerdict): void {
    if (!this.#options.memory.isNews(flow, reasonText(verdict.reason))) return;
    this.#push({ atMs: this.#options.nowMs(), flow, key: flow.key, verdict, heldUs });
  }

  /** A packet without readable headers. */
  noteUnreadable(verdict: Verdict): void {
    this.#push({ atMs: this.#options.nowMs(), flow: undefined, key: undefined, verdict, heldUs: 0 });
  }

  /** Hands over everything, e.g. before the end. */
  flush(): void {
    while (this.#waiting.length > 0) this.#handOver();
  }

  #push(record: HistoryRecord): void {
    this.#waiting.push(record);
    this.#turn ??= setImmediate(() => this.#work());
  }

  #work(): void {
    this.#turn = undefined;
    this.#handOver();
    if (this.#waiting.length > 0) this.#turn = setImmediate(() => this.#work());
  }

  #handOver(): void {
    for (const record of this.#waiting.splice(0, RECORDS_PER_TURN).map(described)) {
      this.#options.append(record);
      // 0: the store gives ids when it writes; who watches needs none.
      if (this.#options.hub.hasListeners)
        this.#options.hub.emit({ kind: 'history', entry: historyEntryOf(0n, record) });
    }
  }
}

function described(record: HistoryRecord): HistoryRecord {
  return record.flow === undefined
    ? record
    : { ...record, flow: { ...record.flow, process: snapshot(record.flow.process) } };
}

/** Plain values in place of what is read when it is looked at. */
function snapshot(process: Process): Process {
  const { pid, startNs, app, uid, userName, commandLine, cgroupId } = process;
  return { pid, startNs, app, uid, userName, commandLine, ancestors: [], cgroupId };
}
