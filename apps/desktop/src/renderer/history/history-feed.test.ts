// The rows of History: pages, what came since, gaps, and answers that come too late.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { HistoryQuery } from '../../shared/desktop-api.ts';
import type { HistoryEntry } from '../../shared/report.ts';
import { entryOf } from '../../test-support/samples.ts';
import { HistoryFeed, PAGE_SIZE } from './history-feed.ts';

/** An agent with so many records, which more can be added to. */
function agentWith(count: number): { add: (more: number) => void; feed: HistoryFeed; asked: HistoryQuery[] } {
  const asked: HistoryQuery[] = [];
  let newest = count;
  const feed = new HistoryFeed((query) => {
    asked.push(query);
    const before = query.beforeId === undefined ? newest + 1 : Number(query.beforeId);
    const ids = Array.from({ length: newest }, (_, index) => newest - index).filter((id) => id < before);
    return Promise.resolve({ ok: true, value: ids.slice(0, query.limit).map((id) => entryOf(id)) });
  });
  return { feed, asked, add: (more) => void (newest += more) };
}

function ids(rows: readonly HistoryEntry[]): readonly number[] {
  return rows.map(({ id }) => Number(id));
}

describe('the feed', () => {
  test('reads page after page to the end, each record once', async () => {
    const { feed, asked } = agentWith(PAGE_SIZE * 2 + 5);
    await feed.show({ action: 'deny' });
    await Promise.all([feed.more(), feed.more()]);
    await feed.more();
    await feed.more();
    const { rows, isAtEnd } = feed.state();
    assert.equal(isAtEnd, true);
    assert.deepEqual(
      ids(rows),
      Array.from({ length: PAGE_SIZE * 2 + 5 }, (_, index) => PAGE_SIZE * 2 + 5 - index),
    );
    assert.deepEqual(
      asked.map(({ beforeId, action }) => [beforeId, action]),
      [
        [undefined, 'deny'],
        [String(PAGE_SIZE + 6), 'deny'],
        ['6', 'deny'],
      ],
    );
  });

  test('keeps what came since apart until it is taken', async () => {
    const { feed, add } = agentWith(9);
    await feed.show({});
    add(2);
    await feed.look();
    assert.deepEqual(ids(feed.state().newer), [11, 10]);
    assert.equal(feed.state().rows.length, 9);
    add(1);
    await feed.look();
    assert.deepEqual(ids(feed.state().newer), [12, 11, 10]);
    feed.take();
    assert.deepEqual(ids(feed.state().rows).slice(0, 4), [12, 11, 10, 9]);
    assert.deepEqual(feed.state().newer, []);
  });

  test('shows at once what comes into an empty list', async () => {
    const { feed, add } = agentWith(0);
    await feed.show({});
    add(2);
    await feed.look();
    assert.deepEqual([ids(feed.state().rows), feed.state().newer], [[2, 1], []]);
  });

  test('begins anew where more came than it can join on, and finds the rest below', async () => {
    const { feed, add } = agentWith(3);
    await feed.show({});
    add(PAGE_SIZE * 2);
    await feed.look();
    feed.take();
    const { rows, isAtEnd } = feed.state();
    assert.deepEqual([rows.length, isAtEnd, rows[0]?.id], [PAGE_SIZE, false, String(PAGE_SIZE * 2 + 3)]);
    await feed.more();
    await feed.more();
    assert.equal(feed.state().rows.length, PAGE_SIZE * 2 + 3);
  });

  test('drops the answer to an earlier search', async () => {
    const answers: ((rows: readonly HistoryEntry[]) => void)[] = [];
    const feed = new HistoryFeed(
      () => new Promise((resolve) => answers.push((value) => resolve({ ok: true, value }))),
    );
    const first = feed.show({ words: ['a'] });
    const second = feed.show({ words: ['b'] });
    answers[1]?.([entryOf(2)]);
    answers[0]?.([entryOf(1)]);
    await Promise.all([first, second]);
    assert.deepEqual(ids(feed.state().rows), [2]);
  });

  test('tells a failure and keeps what it has', async () => {
    let fails = false;
    const error = { kind: 'timeout', text: 'too long', remedy: '' } as const;
    const feed = new HistoryFeed(() =>
      Promise.resolve(fails ? { ok: false, error } : { ok: true, value: [entryOf(1)] }),
    );
    await feed.show({});
    fails = true;
    await feed.show({ port: 1 });
    assert.deepEqual(
      [feed.state().phase, feed.state().error, feed.state().rows.length],
      ['failed', error, 1],
    );
    fails = false;
    await feed.show({});
    assert.deepEqual([feed.state().phase, feed.state().error], ['ready', undefined]);
  });
});
