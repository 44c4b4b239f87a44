// What happens after a verdict, off the data path: the record for history with what is read of the process only now, and
// the event for clients that watch.
import type { EventHub } from './event-hub.ts';
import type { HistoryRecord, TrafficOfRecord } from './domain/history.ts';
import { PACKET } from './domain/flow-key.ts';
import type { Flow } from './domain/flow.ts';
import type { Process } from './domain/owner.ts';
import type { Verdict } from './domain/verdict.ts';
import type { FlowMemory } from './flow-memory.ts';
import type { HistoryThread } from './history/thread.ts';
import { historyEntryOf } from './api/history-entry.ts';
import type { AppliedVerdict } from './pipeline-ports.ts';
import { RecordQueue } from './record-queue.ts';
import type { Noted } from './record-queue.ts';
import { RuleUseCounter } from './rule-uses.ts';

export interface JournalOptions {
  readonly memory: FlowMemory;
  readonly traffic: {
    readonly open: (flow: Flow, how: { readonly isStored: boolean }) => number | undefined;
  };
  readonly hub: EventHub;
  readonly history: Pick<HistoryThread, 'append' | 'appendTraffic' | 'room' | 'ruleUses'>;
  readonly nowMs: () => number;
}

/** Records are gathered for so long: work right after each verdict would meet the next packet. */
const GATHER_MS = 20;
/** Records handled in one turn of the event loop, so that packets never wait long for them. */
const RECORDS_PER_TURN = 16;

export class VerdictJournal {
  readonly uses: RuleUseCounter;
  readonly #options: JournalOptions;
  readonly #queue = new RecordQueue();
  #gathering: NodeJS.Timeout | undefined;
  readonly #described = new WeakSet<Process>();

  constructor(options: JournalOptions) {
    this.#options = options;
    this.uses = new RuleUseCounter(options.history, options.nowMs());
  }

  /** One record for each flow and verdict: a thousand datagrams are one line of history. */
  note({ flow, verdict, heldUs, alike, trafficNumber }: AppliedVerdict): void {
    if (!this.#options.memory.isNews(flow, verdict) && alike === 0) return;
    const atMs = this.#options.nowMs();
    if (verdict.reason.kind === 'rule') this.uses.note(verdict.reason.ruleId, { atMs, flows: 1 + alike });
    this.#describe(flow.process);
    const counted = isCounted(flow, verdict) ? this.#openTraffic(flow) : undefined;
    const record = { atMs, flow, key: flow.key, verdict, heldUs, alike };
    this.#push({ ...record, trafficNumber: trafficNumber ?? counted });
  }

  /** Whether the last verdict that was recorded of this flow is a refusal. */
  isRefused(flow: Flow): boolean {
    return this.#options.memory.isRefused(flow);
  }

  /** A packet without readable headers. */
  noteUnreadable(verdict: Verdict): void {
    this.#push({
      atMs: this.#options.nowMs(),
      flow: undefined,
      key: undefined,
      verdict,
      heldUs: 0,
      alike: 0,
      trafficNumber: undefined,
    });
  }

  /** Goes the way of the records, and so comes after its own. */
  noteTraffic(update: TrafficOfRecord): void {
    this.#push(update);
  }

  /** Hands over what history has room for: it is asked next. */
  flush(): void {
    while (this.#queue.length > 0 && this.#options.history.room > 0)
      this.#handOverSome(this.#options.history.room);
  }

  /** Hands over everything. What history has no room for it counts as lost. */
  close(): void {
    clearTimeout(this.#gathering);
    this.#handOverSome(this.#queue.length);
  }

  /** Where its record will stand for others as well, what it carries is told only while it is open. */
  #openTraffic(flow: Flow): number | undefined {
    if (flow.key.protocol === PACKET) return undefined;
    return this.#options.traffic.open(flow, { isStored: this.#queue.hasRoom });
  }

  /** The process may be gone when its record is written: what is known of it only now is read as soon as the packet is answered. */
  #describe(process: Process): void {
    if (this.#described.has(process)) return;
    this.#described.add(process);
    setImmediate(() => process.commandLine);
  }

  /** What cannot wait here goes to history at once, which counts what it has no room for. */
  #push(noted: Noted): void {
    if (this.#queue.push(noted)) this.#gathering ??= setTimeout(() => this.#work(), GATHER_MS);
    else this.#handOver(noted);
  }

  /** History may be slower than this: meanwhile records are gathered here. */
  #work(): void {
    const { room } = this.#options.history;
    this.#handOverSome(Math.min(room, RECORDS_PER_TURN));
    if (this.#queue.length === 0) this.#gathering = undefined;
    else if (room > 0) setImmediate(() => this.#work());
    else this.#gathering = setTimeout(() => this.#work(), GATHER_MS);
  }

  #handOverSome(count: number): void {
    for (const noted of this.#queue.take(count)) this.#handOver(noted);
  }

  #handOver(noted: Noted): void {
    if ('verdict' in noted) this.#handOverRecord(noted);
    else this.#options.history.appendTraffic(noted);
  }

  #handOverRecord(record: HistoryRecord): void {
    this.#options.history.append(record);
    // 0: the store gives ids when it writes; who watches needs none.
    if (this.#options.hub.hasListeners)
      this.#options.hub.emit({ kind: 'history', entry: historyEntryOf(0n, record) });
  }
}

/** What comes in is carried by a socket that the flow does not name: of a stream that is accepted, of datagrams the listener's. */
function isCounted({ direction }: Flow, { action }: Verdict): boolean {
  return action === 'allow' && direction === 'out';
}
