import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appOf, isUnidentified, mayCarryLastingRule } from './app.ts';
import type { AppIdentity } from './app.ts';

const WEB = {
  runtime: 'docker',
  uid: undefined,
  id: '0a1b2c3d4e5f60',
  name: 'web',
  image: undefined,
} as const;

const IDENTITIES: readonly (readonly [AppIdentity, string, string | undefined])[] = [
  [{ kind: 'path', path: '/usr/bin/curl' }, '/usr/bin/curl', '/usr/bin/curl'],
  [{ kind: 'deleted', path: '/tmp/x' }, 'deleted:/tmp/x', '/tmp/x'],
  [{ kind: 'memfd', name: 'x' }, 'memfd:x', undefined],
  [{ kind: 'container', container: WEB, path: '/bin/x' }, 'container:docker/web:/bin/x', '/bin/x'],
  [
    { kind: 'container', container: { ...WEB, uid: 1000, runtime: 'podman' }, path: '/bin/x' },
    'container:podman@1000/web:/bin/x',
    '/bin/x',
  ],
  [
    { kind: 'container', container: { ...WEB, name: undefined }, path: '/bin/x' },
    'container:docker/id=0a1b2c3d4e5f60:/bin/x',
    '/bin/x',
  ],
  [{ kind: 'foreign', mountNamespace: 4026532000n, path: '/bin/x' }, 'mnt-4026532000:/bin/x', '/bin/x'],
  [{ kind: 'inode', device: '8:1', inode: 1234n }, 'inode:8:1:1234', undefined],
  [{ kind: 'unknown', reason: 'a test' }, 'unknown', undefined],
];

test('each identity has its text; only a proven path, here or in a container with a name, carries a lasting rule, and two say nothing of the program', () => {
  for (const [identity, id, path] of IDENTITIES) {
    const app = appOf(identity);
    assert.deepEqual([app.id, app.path], [id, path]);
    assert.equal(mayCarryLastingRule(app), /^\/|\/web:/.test(id), id);
    assert.equal(isUnidentified(app.id), ['inode', 'unknown'].includes(identity.kind), id);
  }
});

test('a program cannot pass for unidentified, or out of it, by its name', () => {
  assert.equal(isUnidentified(appOf({ kind: 'path', path: '/tmp/unknown' }).id), false);
  assert.equal(isUnidentified(appOf({ kind: 'memfd', name: 'unknown' }).id), false);
  assert.equal(isUnidentified(appOf({ kind: 'memfd', name: 'inode:8:1:1' }).id), false);
});
