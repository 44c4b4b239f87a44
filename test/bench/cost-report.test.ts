import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KernelReport } from '../../proto/index.ts';
import { costReport, costs } from './cost-report.ts';

function reportOf(...programs: readonly (readonly [string, number, number])[]): KernelReport {
  return {
    programs: programs.map(([name, runs, ns]) => ({
      name,
      runs: String(runs),
      runTimeNs: String(ns),
      instructions: 1,
    })),
  } as Partial<KernelReport> as KernelReport;
}

test('what the hooks and the packet programs took is shared out over the connects', () => {
  const report = reportOf(
    ['owner_sock_create', 11, 1100],
    ['owner_connect4', 8, 2400],
    ['owner_connect6', 2, 500],
    ['packet_unknown', 40, 8000],
    ['owner_sendmsg4', 0, 0],
    ['owner_sock_release', 20, 6000],
  );
  const { hooksNs, closingNs, packetsNs, connects, programs } = costs(report);
  assert.deepEqual([hooksNs, closingNs, packetsNs, connects], [400, 600, 800, 10]);
  assert.deepEqual(programs.at(-2), { name: 'packet_unknown', runs: 40, nsForEach: 200 });
});

test('figures without a connect are none', () => {
  assert.throws(() => costs(reportOf(['packet_unknown', 3, 9])), /no connect was seen/);
});

test('the floor is a microsecond of hooks', () => {
  const slow = costs(reportOf(['owner_connect4', 1, 1001]));
  const quick = costs(reportOf(['owner_connect4', 1, 1000]));
  const { floors } = costReport({ known: quick, rule: slow });
  assert.deepEqual(
    floors.map(({ isMet }) => isMet),
    [true, false],
  );
});
