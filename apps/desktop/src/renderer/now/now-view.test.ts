// What Now shows for a search and a time span, and the numbered rows of it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { HistoryEntry } from '../../shared/report.ts';
import { entryOf, flowTrafficOf } from '../../test-support/samples.ts';
import { STEP_MS, stepOf } from './activity.ts';
import { movedCursor, readSpan, spanOf, writeSpan } from './chart-span.ts';
import { NowModel } from './now-model.ts';
import { Users } from '../users.ts';
import { NOW_KEYS, nowFinder } from './now-search.ts';
import { endpointKey, inOrderOf, NowRows, shownApps } from './now-view.ts';
import type { NowRow, ViewOptions } from './now-view.ts';

const NOW_MS = 1_800_000_000_000;

function told(app: string, changes: Partial<HistoryEntry> = {}): HistoryEntry {
  return { ...entryOf(0), id: '0', app, direction: 'out', atMs: NOW_MS, ...changes };
}

function modelOf(...entries: readonly HistoryEntry[]): NowModel {
  const model = new NowModel();
  model.takeEntries(entries);
  return model;
}

const ALICE = new Users([{ uid: 1000, name: 'alice' }]);

function view(text = '', changes: Partial<ViewOptions> = {}): ViewOptions {
  return { finder: nowFinder(text, ALICE), span: undefined, nowMs: NOW_MS, ...changes };
}

function rowsOf(model: NowModel, open: readonly string[], options: ViewOptions): readonly NowRow[] {
  const rows = new NowRows(shownApps(model, options), new Set(open), options);
  return Array.from({ length: rows.count }, (_, index) => rows.at(index)).filter((row) => row !== undefined);
}

const MODEL = modelOf(
  told('/usr/bin/curl', { localPort: 1, name: 'example.com' }),
  told('/usr/bin/curl', { localPort: 2, action: 'deny', uid: 1000 }),
  told('/usr/bin/curl', { localPort: 3, address: '2001:db8::7', port: 53, protocol: 'udp' }),
  told('/usr/bin/ssh', { localPort: 4, port: 22, atMs: NOW_MS - 100_000 }),
);

describe('the search of Now', () => {
  const found = (text: string): readonly string[] =>
    shownApps(MODEL, view(text)).map(({ app, endpointCount }) => {
      const rows = rowsOf(MODEL, [app.id], view(text));
      const ports = rows.flatMap((row) => (row.kind === 'endpoint' ? [row.endpoint.port] : []));
      assert.equal(ports.length, endpointCount);
      return `${app.id} ${ports.join()}`;
    });

  test('finds Apps and endpoints by words and fields', () => {
    assert.deepEqual(found(''), ['/usr/bin/curl 53,443', '/usr/bin/ssh 22']);
    assert.deepEqual(found('SSH'), ['/usr/bin/ssh 22']);
    assert.deepEqual(found('example.com'), ['/usr/bin/curl 443']);
    assert.deepEqual(found('port:53 protocol:UDP'), ['/usr/bin/curl 53']);
    assert.deepEqual(found('address:2001: app:curl'), ['/usr/bin/curl 53']);
    assert.deepEqual(found('direction:in'), []);
  });

  test('finds flows by what was decided and by user, and what contains them', () => {
    assert.deepEqual(found('action:deny'), ['/usr/bin/curl 443']);
    assert.deepEqual(found('user:1000'), ['/usr/bin/curl 443']);
    assert.deepEqual([found('user:alice'), found('user:bob')], [['/usr/bin/curl 443'], []]);
    const curl = [...(MODEL.apps.get('/usr/bin/curl')?.endpoints.values() ?? [])].map(endpointKey);
    const rows = rowsOf(MODEL, ['/usr/bin/curl', ...curl], view('action:deny'));
    assert.deepEqual(
      rows.map((row) => (row.kind === 'flow' ? row.flow.localPort : row.kind)),
      ['app', 'endpoint', 2],
    );
  });

  test('takes whatever is typed', () => {
    const typed = fc.array(fc.oneof(fc.constantFrom(...NOW_KEYS.map((key) => `${key}:`)), fc.string()));
    fc.assert(fc.property(typed, (parts) => assert.ok(found(parts.join('')).length <= 2)));
  });
});

describe('the rows', () => {
  test('are those of what is unfolded, whatever it is, each with a key of its own', () => {
    const keys = [...MODEL.apps.values()].flatMap((app) => [
      app.id,
      ...[...app.endpoints.values()].map(endpointKey),
    ]);
    fc.assert(
      fc.property(fc.subarray(keys), (open) => {
        const rows = rowsOf(MODEL, open, view());
        assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length);
        const endpoints = rows.filter(({ kind }) => kind === 'endpoint').length;
        assert.equal(
          endpoints,
          Number(open.includes('/usr/bin/curl')) * 2 + Number(open.includes('/usr/bin/ssh')),
        );
        for (const [index, row] of rows.entries())
          if (row.kind === 'flow') assert.notEqual(rows[index - 1]?.kind, 'app');
      }),
    );
  });

  test('are those of the time span alone', () => {
    const span = { fromStep: stepOf(NOW_MS - 110_000), toStep: stepOf(NOW_MS - 90_000) };
    assert.deepEqual(
      shownApps(MODEL, view('', { span })).map(({ app }) => app.id),
      ['/usr/bin/ssh'],
    );
  });

  test('begin with what carries most, and stay where they are while somebody is there', () => {
    const model = modelOf(told('/a'), told('/b'));
    const ids = (): readonly string[] => shownApps(model, view()).map(({ app }) => app.id);
    assert.deepEqual(ids(), ['/a', '/b']);
    const report = { epoch: 1, revision: 1, isCounted: true, isComplete: true } as const;
    model.takeTraffic({ ...report, atMs: NOW_MS - 1000, flows: [] });
    const carried = { bytesOut: 5, bytesIn: 0 };
    const flows = [flowTrafficOf('1', { app: '/b', localPort: 1, startedAtMs: NOW_MS, carried })];
    model.takeTraffic({ ...report, atMs: NOW_MS, flows });
    assert.deepEqual(ids(), ['/b', '/a']);
    model.takeEntries([told('/0')]);
    const kept = inOrderOf(['/a', '/b'], shownApps(model, view()));
    assert.deepEqual(
      kept.map(({ app }) => app.id),
      ['/a', '/b', '/0'],
    );
  });
});

describe('a time span', () => {
  const last = stepOf(NOW_MS);

  test('is drawn out with Shift, moved without, and stays on the chart', () => {
    const start = { step: last, anchorStep: last };
    const moved = movedCursor(start, { key: 'ArrowLeft', shiftKey: false }, last);
    assert.deepEqual(moved, { step: last - 1, anchorStep: last - 1 });
    const drawn = movedCursor(
      { step: last - 1, anchorStep: last - 1 },
      { key: 'ArrowLeft', shiftKey: true },
      last,
    );
    assert.ok(drawn);
    assert.deepEqual(spanOf(drawn), { fromStep: last - 2, toStep: last - 1 });
    assert.equal(movedCursor(start, { key: 'End', shiftKey: false }, last)?.step, last);
    assert.equal(movedCursor(start, { key: 'Home', shiftKey: false }, last)?.step, last - 59);
    assert.equal(movedCursor(start, { key: 'a', shiftKey: false }, last), undefined);
  });

  test('is read from the address as it was written there', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 59 }), (one, other) => {
        const span = { fromStep: last - Math.max(one, other), toStep: last - Math.min(one, other) };
        assert.deepEqual(readSpan(writeSpan(span), NOW_MS), span);
      }),
    );
  });

  test('that is over, or none, is none', () => {
    assert.equal(readSpan(writeSpan({ fromStep: last - 90, toStep: last - 60 }), NOW_MS), undefined);
    assert.equal(readSpan({ from: 'x', to: '7' }, NOW_MS), undefined);
    assert.equal(readSpan({}, NOW_MS), undefined);
    const partly = readSpan(writeSpan({ fromStep: last - 90, toStep: last - 5 }), NOW_MS);
    assert.deepEqual(partly, { fromStep: last - 59, toStep: last - 5 });
    assert.equal(STEP_MS, 5000);
  });
});
