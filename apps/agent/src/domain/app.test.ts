import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appOf, isUnidentified, mayCarryLastingRule } from './app.ts';
import type { AppIdentity } from './app.ts';

const IDENTITIES: readonly (readonly [AppIdentity, string, string | undefined])[] = [
  [{ kind: 'path', path: '/usr/bin/curl' }, '/usr/bin/curl', '/usr/bin/curl'],
  [{ kind: 'deleted', path: '/tmp/x' }, 'deleted:/tmp/x', '/tmp/x'],
  [{ kind: 'memfd', name: 'x' }, 'memfd:x', undefined],
  [{ kind: 'foreign', mountNamespace: 4026532000n, path: '/bin/x' }, 'mnt-4026532000:/bin/x', '/bin/x'],
  [{ kind: 'inode', device: '8:1', inode: 1234n }, 'inode:8:1:1234', undefined],
  [{ kind: 'unknown', reason: 'a test' }, 'unknown', undefined],
];

test('each identity has its text; only a proven path carries a lasting rule, and two say nothing of the program', () => {
  for (const [identity, id, path] of IDENTITIES) {
    const app = appOf(identity);
    assert.deepEqual([app.id, app.path], [id, path]);
    assert.equal(mayCarryLastingRule(app), identity.kind === 'path', id);
    assert.equal(isUnidentified(app.id), ['inode', 'unknown'].includes(identity.kind), id);
  }
});

test('a program cannot pass for unidentified, or out of it, by its name', () => {
  assert.equal(isUnidentified(appOf({ kind: 'path', path: '/tmp/unknown' }).id), false);
  assert.equal(isUnidentified(appOf({ kind: 'memfd', name: 'unknown' }).id), false);
  assert.equal(isUnidentified(appOf({ kind: 'memfd', name: 'inode:8:1:1' }).id), false);
});
