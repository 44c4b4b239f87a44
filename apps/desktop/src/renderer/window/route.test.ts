// The fragment of the main window's address.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parseRoute, writeRoute } from './route.ts';

describe('a route', () => {
  test('is a page and what it shows', () => {
    assert.deepEqual(parseRoute('#/history?q=app%3Acurl&open=12'), {
      page: 'history',
      query: { q: 'app:curl', open: '12' },
    });
  });

  test('of another shape is the first page', () => {
    for (const fragment of ['', '#', '#history', '#/History', '#token=x', '#/a/b'])
      assert.deepEqual(parseRoute(fragment), { page: '', query: {} }, fragment);
  });

  test('leaves out what is empty', () => {
    assert.equal(writeRoute({ page: 'missed', query: { q: '' } }), '#/missed');
  });

  test('is read as it was written, whatever was typed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', 'now', 'history'),
        fc.string({ unit: 'grapheme', minLength: 1 }),
        (page, q) => {
          assert.deepEqual(parseRoute(writeRoute({ page, query: { q } })), { page, query: { q } });
        },
      ),
    );
  });
});
