// The feed of Now before a fake host: what it asks for, and that nothing is told twice or lost between list and stream.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { HistoryQuery } from '../../shared/desktop-api.ts';
import type { HistoryEntry } from '../../shared/report.ts';
import { until } from '../../../../agent/src/api/testing/serving.ts';
import { fakeDesktop } from '../../test-support/fake-desktop-api.ts';
import type { FakeDesktop } from '../../test-support/fake-desktop-api.ts';
import { agentOf, entryOf, flowTrafficOf } from '../../test-support/samples.ts';
import { stateStore } from '../state-store.ts';
import { WINDOW_MS } from './activity.ts';
import { NowFeed } from './now-feed.ts';

const NOW_MS = 1_800_000_000_000;

function told(id: number, agoMs: number): HistoryEntry {
  return { ...entryOf(id), app: '/usr/bin/curl', localPort: 1000 + agoMs / 1000, atMs: NOW_MS - agoMs };
}

interface Running extends Disposable {
  readonly desktop: FakeDesktop;
  readonly feed: NowFeed;
  readonly asked: (name: string) => readonly unknown[];
  isHidden: boolean;
}

function run(recent: readonly HistoryEntry[], stored: readonly HistoryEntry[] = []): Running {
  const desktop = fakeDesktop({ kind: 'agent', agent: agentOf() }, { kind: 'history', entries: recent });
  desktop.answers.listHistory = ({ untilMs = Infinity, limit, beforeId }) => ({
    ok: true,
    value: stored
      .filter(({ atMs, id }) => atMs <= untilMs && Number(id) < Number(beforeId ?? Infinity))
      .slice(0, limit),
  });
  desktop.answers.readTraffic = {
    ok: true,
    value: { epoch: 7, revision: 1, atMs: NOW_MS, isCounted: true, isComplete: true, flows: [] },
  };
  const store = stateStore(desktop.api);
  const { api } = desktop;
  const running = { isHidden: false };
  const feed = new NowFeed({ api, store, nowMs: () => NOW_MS, isHidden: () => running.isHidden });
  feed.start();
  return Object.assign(running, {
    desktop,
    feed,
    asked: (name: string) =>
      desktop.calls.filter((call) => call.name === name).map(({ argument }) => argument),
    [Symbol.dispose]: () => {
      feed.stop();
      store.close();
    },
  });
}

function verdicts({ feed }: Running): number {
  const { model, nowMs } = feed.state();
  const step = Math.floor(nowMs / 5000);
  return model.activity.sum('flows', step - 60, step);
}

const ready = (running: Running): Promise<void> => until(() => running.feed.state().phase === 'ready');

describe('the feed', () => {
  test('begins with what is known already, and asks for what was before that alone', async () => {
    const stored = [told(9, 1000), told(8, 20_000), told(7, 40_000), told(6, 60_000)];
    using running = run([told(9, 1000), told(8, 20_000)], stored);
    await ready(running);
    assert.equal(verdicts(running), 4);
    const [query, ...others] = running.asked('listHistory') as readonly HistoryQuery[];
    assert.deepEqual(others, []);
    assert.equal(query?.untilMs, NOW_MS - 20_000);
    assert.equal(query.sinceMs, NOW_MS - WINDOW_MS);
  });

  test('reads on while pages are full', async () => {
    const stored = Array.from({ length: 1500 }, (_, index) => told(2000 - index, 100_000));
    using running = run([], stored);
    await ready(running);
    assert.equal(verdicts(running), 1500);
    assert.equal(running.asked('listHistory').length, 2);
  });

  test('takes what happens while it reads, and begins anew with another agent', async () => {
    using running = run([], [told(5, 1000)]);
    running.desktop.tell({ kind: 'history', entries: [{ ...told(0, 0), id: '0' }] });
    await ready(running);
    assert.equal(verdicts(running), 2);
    const before = running.feed.state().model;
    running.desktop.tell({ kind: 'agent', agent: agentOf() });
    await until(() => running.feed.state().model !== before);
    assert.equal(verdicts(running), 1);
  });

  test('asks for counts from where it was, and not while nobody can see the page', async () => {
    using running = run([]);
    await until(() => running.asked('readTraffic').length === 2);
    assert.deepEqual(running.asked('readTraffic')[1], { epoch: 7, revision: 1 });
    running.isHidden = true;
    await new Promise((resolve) => setTimeout(resolve, 1200));
    assert.equal(running.asked('readTraffic').length, 2);
  });

  test('reads the rest of a long answer at once', async () => {
    using running = run([]);
    let left = 3;
    running.desktop.answers.readTraffic = () => {
      const flows = [flowTrafficOf(`f-${left}`, { localPort: left })];
      left -= 1;
      return {
        ok: true,
        value: { epoch: 8, revision: 9 - left, atMs: NOW_MS, isCounted: true, isComplete: left === 0, flows },
      };
    };
    await until(() => running.feed.state().model.flowCount === 3);
  });

  test('says what could not be read, and shows the rest', async () => {
    using running = run([told(3, 1000)]);
    running.feed.stop();
    const error = { kind: 'internal', text: 'The disk is full.', remedy: '' } as const;
    running.desktop.answers.listHistory = { ok: false, error };
    running.feed.start();
    await ready(running);
    assert.deepEqual([running.feed.state().error, verdicts(running)], [error, 1]);
  });
});
