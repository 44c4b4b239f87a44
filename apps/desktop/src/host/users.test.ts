// Users by name, as the file of the machine has them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listUsers, usersOf } from './users.ts';

test('users are read with their numbers; lines that are none are left out', () => {
  const passwd =
    'root:x:0:0::/root:/bin/sh\nalice:x:1000:1000:Alice:/home/alice:/bin/bash\nroot:x:7:7\n\n# x\nbob:x:y\n:x:3\nbig:x:4294967295\n+::::\n';
  assert.deepEqual(usersOf(passwd), [
    { uid: 0, name: 'root' },
    { uid: 1000, name: 'alice' },
  ]);
});

test('this machine has root, and a file that is not there has nobody', async () => {
  assert.ok((await listUsers()).some(({ uid, name }) => uid === 0 && name === 'root'));
  assert.deepEqual(await listUsers('/nonexistent'), []);
});
