// What of a record is kept in its entry.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { historyEntryOf } from './history-entry.ts';
import { promptNamed } from './testing/fake-firewall.ts';
import { writeHistoryEntry } from './wire/history.ts';

const verdict = { action: 'deny', reason: { kind: 'failure', failure: 'malformedPacket' } } as const;

test('a record of a packet that could not be read has neither process nor flow', () => {
  const entry = historyEntryOf(1n, {
    atMs: 5,
    flow: undefined,
    key: undefined,
    verdict,
    heldUs: 2,
    alike: 0,
    trafficNumber: undefined,
  });
  assert.deepEqual(
    [entry.process, entry.flow, entry.reason],
    [undefined, undefined, 'failure malformedPacket'],
  );
  assert.equal(writeHistoryEntry(entry).protocol, '');
});

test('a record of a flow reaches the wire with its App and its remote end', () => {
  const [flow] = promptNamed('p-1').flows;
  assert.ok(flow);
  const wire = writeHistoryEntry(
    historyEntryOf(2n, { atMs: 5, flow, key: flow.key, verdict, heldUs: 2, alike: 0, trafficNumber: 1 }),
  );
  assert.deepEqual(
    [wire.id, wire.app, wire.address, wire.port, wire.direction, wire.commandLine],
    ['2', '/usr/bin/curl', '1.2.3.4', 443, 'DIRECTION_OUT', ['curl', 'x']],
  );
});
