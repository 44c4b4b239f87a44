// The search of History, as the agent is asked for it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { historyQuerySchema } from '../../shared/desktop-api.ts';
import { Users } from '../users.ts';
import { HISTORY_KEYS, historySearch } from './history-search.ts';

const NOW_MS = Date.UTC(2030, 0, 31, 12);

describe('a search of History', () => {
  test('of words and every field', () => {
    const text =
      'curl "a b" app:firefox address:1.2. port:443 action:deny protocol:UDP direction:in user:0 since:2h';
    assert.deepEqual(historySearch(text, NOW_MS), {
      filter: {
        words: ['curl', 'a b'],
        appPart: 'firefox',
        addressPart: '1.2.',
        port: 443,
        action: 'deny',
        protocol: 'udp',
        direction: 'in',
        uid: 0,
        sinceMs: NOW_MS - 7_200_000,
      },
      problems: [],
    });
  });

  test('takes a user by name as well as by number', () => {
    const users = new Users([
      { uid: 1000, name: 'alice' },
      { uid: 0, name: 'root' },
      { uid: 0, name: 'toor' },
    ]);
    const search = (text: string): unknown => historySearch(text, NOW_MS, users).filter.uid;
    assert.deepEqual(['user:alice', 'user:toor', 'user:7'].map(search), [1000, 0, 7]);
    assert.deepEqual(historySearch('user:bob', NOW_MS, users), { filter: {}, problems: ['user'] });
    assert.equal(users.nameOf(0), 'root');
  });

  test('leaves out what cannot be used, and names it', () => {
    const text = 'port:65536 port:x user:-1 action:ask protocol:tpc direction:up since:soon app:""';
    const { filter, problems } = historySearch(text, NOW_MS);
    assert.deepEqual(filter, {});
    assert.deepEqual(problems, ['port', 'port', 'user', 'action', 'protocol', 'direction', 'since', 'app']);
  });

  test('takes a day in the time of this place', () => {
    assert.equal(historySearch('since:2030-01-02', NOW_MS).filter.sinceMs, new Date(2030, 0, 2).getTime());
  });

  test('makes nothing that the contract would refuse, whatever is typed', () => {
    const typed = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc
          .tuple(fc.constantFrom(...HISTORY_KEYS), fc.oneof(fc.string(), fc.integer().map(String)))
          .map((parts) => parts.join(':')),
        fc.constant('x'.repeat(300)),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(typed, (parts) => {
        const { filter } = historySearch(parts.join(' '), NOW_MS);
        assert.equal(historyQuerySchema.safeParse({ ...filter, limit: 1 }).error, undefined);
      }),
    );
  });
});
