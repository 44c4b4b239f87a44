import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { HistoryRecord } from './domain/history.ts';
import { recordOf } from './history/test-records.ts';
import { RecordQueue } from './record-queue.ts';
import type { Noted } from './record-queue.ts';

const LIMITS = { alone: 4, groups: 3, updates: 5 };
const TRAFFIC = { packetsOut: 1, bytesOut: 60, packetsIn: 0, bytesIn: 0 };
const MOST = LIMITS.alone + 2 * LIMITS.groups + LIMITS.updates;

function records(noted: readonly Noted[]): readonly HistoryRecord[] {
  return noted.filter((one) => 'verdict' in one);
}

function flowsOf(noted: readonly Noted[]): number {
  return records(noted).reduce((sum, { alike }) => sum + 1 + alike, 0);
}

function filled(): RecordQueue {
  const queue = new RecordQueue(LIMITS);
  for (let port = 1; port <= LIMITS.alone; port += 1) queue.push(recordOf({ port }));
  return queue;
}

test('while there is room, records and figures come out as they went in', () => {
  const queue = new RecordQueue(LIMITS);
  const noted = [recordOf({ port: 1 }), { trafficNumber: 7, traffic: TRAFFIC }, recordOf({ port: 1 })];
  for (const one of noted) queue.push(one);
  assert.deepEqual([...queue.take(2), ...queue.take(2)], noted);
  assert.equal(queue.length, 0);
});

test('without room, one record stands for all flows of an App to the same end that were decided alike', () => {
  const queue = filled();
  for (let count = 1; count <= 100; count += 1) queue.push(recordOf({ port: 443, atMs: count }));
  queue.push(recordOf({ port: 443, action: 'deny' }));
  const [allowed, denied, ...more] = records(queue.take(100)).slice(LIMITS.alone);
  assert.deepEqual([allowed?.alike, allowed?.atMs, allowed?.verdict.action], [99, 100, 'allow']);
  assert.deepEqual([denied?.alike, denied?.verdict.action], [0, 'deny']);
  assert.deepEqual(more, []);
});

test('what is not the same in all flows that a record stands for is not told', () => {
  const queue = filled();
  queue.push(recordOf({ port: 443, trafficNumber: 9 }));
  const [group] = records(queue.take(100)).slice(LIMITS.alone);
  assert.equal(group?.trafficNumber, undefined);
  assert.deepEqual([group?.key?.localPort, group?.flow?.key.localPort, group?.key?.remotePort], [0, 0, 443]);
});

test('very many ends have one record for each App, which tells of no end', () => {
  const queue = filled();
  for (let port = 1; port <= 1000; port += 1) queue.push(recordOf({ port }));
  const group = records(queue.take(100)).at(-1);
  assert.equal(group?.alike, 1000 - LIMITS.groups - 1);
  assert.deepEqual([group.flow, group.key, group.process?.app.path], [undefined, undefined, '/usr/bin/curl']);
});

test('the newest figures of a flow replace those that wait, behind its record', () => {
  const queue = filled();
  for (let packetsOut = 1; packetsOut <= 10; packetsOut += 1)
    queue.push({ trafficNumber: 7, traffic: { ...TRAFFIC, packetsOut } });
  assert.deepEqual(queue.take(100).slice(LIMITS.alone), [
    { trafficNumber: 7, traffic: { ...TRAFFIC, packetsOut: 10 } },
  ]);
});

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ port: fc.integer({ min: 1, max: 9 }), app: fc.nat(9) }) },
    { weight: 2, arbitrary: fc.record({ trafficNumber: fc.nat(9) }) },
    { weight: 1, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 5 }) }) },
  ),
  { maxLength: 300 },
);

test('whatever comes, it never holds more than its limits, and every flow is counted once', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const queue = new RecordQueue(LIMITS);
      let [pushed, taken] = [0, 0];
      for (const step of list) {
        if ('take' in step) taken += flowsOf(queue.take(step.take));
        else if ('trafficNumber' in step) queue.push({ ...step, traffic: TRAFFIC });
        else if (queue.push(recordOf({ port: step.port, path: `/usr/bin/${step.app}` }))) pushed += 1;
        assert.ok(queue.length <= MOST, `${queue.length} wait`);
      }
      assert.equal(taken + flowsOf(queue.take(Infinity)), pushed);
    }),
  );
});
