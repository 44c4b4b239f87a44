// How the figures of the connect bench are made from the measured slices.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connectReport } from './connect-report.ts';
import type { Slice } from './client.ts';
import type { ModeName } from './modes/mode.ts';

function reportOf(slices: Partial<Record<ModeName, readonly Slice[]>>) {
  const map = new Map(Object.entries(slices) as [ModeName, readonly Slice[]][]);
  return connectReport({ slices: map, notes: [], rounds: 1 });
}

const slice = (us: number, perSecond = 1e6 / us): Slice => ({ latenciesUs: [us, us, us], perSecond });

describe('figures of the connect bench', () => {
  test('a rule twice as slow as the bare queue misses its floors', () => {
    const { floors } = reportOf({ 'nfqueue-c': [slice(100)], rule: [slice(200)] });
    assert.deepEqual(
      floors.map(({ value, isMet }) => ({ value, isMet })),
      [
        { value: 2, isMet: false },
        { value: 100, isMet: false },
      ],
    );
  });

  test('a firewall that was not measured has no floor and no ratio', () => {
    const { floors, document } = reportOf({ rule: [slice(200)] });
    assert.deepEqual(floors, []);
    assert.match(JSON.stringify(document), /"ratioToNone":null,"ratioToNfqueueC":null/);
  });

  test('ratios are those of the medians of all rounds', () => {
    const { document } = reportOf({
      none: [slice(30), slice(30), slice(900)],
      rule: [slice(60), slice(60), slice(60)],
    });
    assert.match(JSON.stringify(document), /"ratioToNone":2,/);
  });

  test('the rate is compared with that of OpenSnitch', () => {
    const { floors } = reportOf({ rule: [slice(100, 5000)], opensnitch: [slice(700, 1250)] });
    assert.deepEqual(
      floors.map(({ value, isMet }) => ({ value, isMet })),
      [{ value: 4, isMet: true }],
    );
  });
});
