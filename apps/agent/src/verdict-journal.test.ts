import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Flow, FlowId } from './domain/flow.ts';
import type { HistoryRecord } from './domain/history.ts';
import type { RuleUse } from './domain/rule.ts';
import { EventHub } from './event-hub.ts';
import { FlowMemory } from './flow-memory.ts';
import { recordOf } from './history/test-records.ts';
import { VerdictJournal } from './verdict-journal.ts';

/** As many flows as a burst may have before a disk took the first of them. */
const MANY = 50_000;
const ENDS = 5000;

/** History as the journal knows it, which takes nothing before it has room. */
class Written {
  room = 0;
  readonly records: HistoryRecord[] = [];
  readonly stored: boolean[] = [];
  readonly journal = new VerdictJournal({
    memory: new FlowMemory(),
    traffic: { open: (_, { isStored }) => this.#open(isStored) },
    hub: new EventHub(() => undefined),
    history: this,
    nowMs: () => 1,
  });

  get flows(): number {
    return this.records.reduce((sum, { alike }) => sum + 1 + alike, 0);
  }

  decide(number: number): void {
    this.journal.note({ flow: flowTo(number), verdict: recordOf().verdict, heldUs: 0, alike: 0 });
  }

  append(record: HistoryRecord): void {
    this.records.push(record);
  }

  appendTraffic(): void {
    throw new Error('nothing was carried');
  }

  ruleUses(): Promise<readonly RuleUse[]> {
    return Promise.resolve([]);
  }

  #open(isStored: boolean): number | undefined {
    this.stored.push(isStored);
    return isStored ? this.stored.length : undefined;
  }
}

function flowTo(number: number): Flow {
  const { flow } = recordOf({ port: 1 + (number % ENDS) });
  if (flow === undefined) throw new Error('a record without a flow');
  return { ...flow, id: `f${number}` as FlowId, socketCookie: BigInt(number + 1) };
}

test('of flows that are decided faster than history takes them, few records wait, and all are counted', async () => {
  const written = new Written();
  for (let number = 0; number < MANY; number += 1) written.decide(number);
  await delay(50);
  assert.deepEqual(written.records, []);
  written.room = Infinity;
  while (written.flows < MANY) await delay(5);
  assert.equal(written.flows, MANY);
  assert.ok(written.records.length < 10_000, `${written.records.length} records waited`);
  written.journal.close();
});

test('the end of the agent hands over what waits, room or not', () => {
  const written = new Written();
  for (let number = 0; number < 100; number += 1) written.decide(number);
  written.journal.flush();
  assert.equal(written.flows, 0);
  written.journal.close();
  assert.equal(written.flows, 100);
});

test('what a flow carries is stored where it has a record by itself', () => {
  const written = new Written();
  for (let number = 0; number < MANY; number += 1) written.decide(number);
  written.journal.close();
  const numbered = written.records.filter(({ trafficNumber }) => trafficNumber !== undefined);
  assert.equal(numbered.length, written.stored.filter(Boolean).length);
  assert.ok(numbered.length > 1000 && numbered.length < MANY / 2, `${numbered.length} by themselves`);
});
