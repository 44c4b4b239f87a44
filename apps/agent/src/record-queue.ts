// Records on their way to history, in the order in which they came, and never more than memory is kept for. Flows may be decided
// faster than a disk takes their records: then one record stands for those that are alike, and counts them.
import type { HistoryRecord, TrafficOfRecord } from './domain/history.ts';
import { reasonText } from './domain/verdict.ts';

export type Noted = HistoryRecord | TrafficOfRecord;

export interface QueueLimits {
  /** Up to here each record waits by itself. */
  readonly alone: number;
  /** So many different ones stand for others; as many more do so for all ends that an App has flows to. */
  readonly groups: number;
  /** Figures of flows that have a record by itself, each for another flow. */
  readonly updates: number;
}

/** Some megabytes in all. */
const LIMITS: QueueLimits = { alone: 4096, groups: 1024, updates: 65_536 };

interface Place {
  noted: Noted;
  /** Under which others find it while it waits. */
  readonly group?: string;
  readonly trafficNumber?: number;
}

export class RecordQueue {
  readonly #limits: QueueLimits;
  readonly #waiting: Place[] = [];
  readonly #groups = new Map<string, Place>();
  readonly #updates = new Map<number, Place>();

  constructor(limits: QueueLimits = LIMITS) {
    this.#limits = limits;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Whether the next record will be there by itself. */
  get hasRoom(): boolean {
    return this.#waiting.length < this.#limits.alone;
  }

  /** False where it can neither wait nor be counted by a record that waits. */
  push(noted: Noted): boolean {
    if (!('verdict' in noted)) return this.#update(noted);
    if (!this.hasRoom) return this.#join(noted);
    this.#waiting.push({ noted });
    return true;
  }

  /** The oldest ones, which then no longer wait. */
  take(count: number): readonly Noted[] {
    const places = this.#waiting.splice(0, count);
    for (const { group, trafficNumber } of places) {
      if (group !== undefined) this.#groups.delete(group);
      if (trafficNumber !== undefined) this.#updates.delete(trafficNumber);
    }
    return places.map(({ noted }) => noted);
  }

  /** The newest figures of a flow replace those that wait; they stay behind its record. */
  #update(noted: TrafficOfRecord): boolean {
    const { trafficNumber } = noted;
    const waiting = this.#updates.get(trafficNumber);
    if (waiting !== undefined) waiting.noted = noted;
    else if (this.#updates.size >= this.#limits.updates) return false;
    else this.#updates.set(trafficNumber, this.#placed({ noted, trafficNumber }));
    return true;
  }

  #join(record: HistoryRecord): boolean {
    const sameEnd = sameEndOf(record);
    const found = this.#groups.get(sameEnd);
    if (found !== undefined) return joinTo(found, record);
    if (this.#groups.size < this.#limits.groups) return this.#begin(sameEnd, withoutLocalEnd(record));
    const sameApp = sameAppOf(record);
    const wider = this.#groups.get(sameApp);
    if (wider !== undefined) return joinTo(wider, record);
    return this.#groups.size < 2 * this.#limits.groups && this.#begin(sameApp, withoutEnds(record));
  }

  #begin(group: string, noted: HistoryRecord): true {
    this.#groups.set(group, this.#placed({ noted, group }));
    return true;
  }

  #placed(place: Place): Place {
    this.#waiting.push(place);
    return place;
  }
}

/** The others were decided for the same reason; the record tells of the last one when it was. */
function joinTo(place: Place, { atMs, heldUs, alike }: HistoryRecord): true {
  const group = place.noted as HistoryRecord;
  const longestUs = Math.max(group.heldUs, heldUs);
  place.noted = { ...group, atMs, heldUs: longestUs, alike: group.alike + 1 + alike };
  return true;
}

/** No App, address or reason has a NUL in it. */
function sameAppOf({ flow, verdict }: HistoryRecord): string {
  const { process, direction } = flow ?? {};
  return [process?.app.id, process?.uid, direction, verdict.action, reasonText(verdict.reason)].join('\0');
}

function sameEndOf(record: HistoryRecord): string {
  const { protocol, remoteAddress, remotePort } = record.flow?.key ?? record.key ?? {};
  return [sameAppOf(record), protocol, remoteAddress, remotePort].join('\0');
}

/** With nothing that is not the same in all; what they carry is not told of them together. */
function withoutLocalEnd({ flow, key, ...record }: HistoryRecord): HistoryRecord {
  const toEnd = key && { ...key, localPort: 0 };
  return {
    ...record,
    flow: flow && { ...flow, key: toEnd ?? flow.key },
    key: toEnd,
    trafficNumber: undefined,
  };
}

function withoutEnds({ flow, ...record }: HistoryRecord): HistoryRecord {
  return { ...record, process: flow?.process, flow: undefined, key: undefined, trafficNumber: undefined };
}
