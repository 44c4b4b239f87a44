import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AccountFile, groupId, userId, userName } from './users.ts';

let directory: string;
before(() => (directory = mkdtempSync(join(tmpdir(), 'sallyport-users-'))));
after(() => rmSync(directory, { recursive: true }));

test('the users and groups of this machine have their names both ways', () => {
  const { uid, username } = userInfo();
  assert.deepEqual([userName(uid), userId(username)], [username, uid]);
  assert.deepEqual([userName(0), userId('root'), groupId('root')], ['root', 0, 0]);
  assert.deepEqual([userName(0xffff_fffe), userId('no such user')], [undefined, undefined]);
});

test('the first of two users with one number or name counts, and lines that are none are passed over', () => {
  const path = join(directory, 'passwd');
  writeFileSync(
    path,
    '# comment\nann:x:7:7::/:/bin/sh\nbea:x:7:7::/:\nann:x:8:8::/:\nbad:x:-1:1:::\n\nnoid\n',
  );
  const { byName, byNumber } = new AccountFile(path).table();
  assert.deepEqual([byNumber.get(7), byName.get('ann'), byName.get('bea')], ['ann', 7, 7]);
  assert.deepEqual([byName.get('bad'), byName.get('noid')], [undefined, undefined]);
});

test('members of a group are read', () => {
  const path = join(directory, 'group');
  writeFileSync(path, 'sallyport:x:120:ann,bea\nempty:x:121:\n');
  const { members } = new AccountFile(path).table();
  assert.deepEqual([members.get('sallyport'), members.get('empty')], [['ann', 'bea'], []]);
});

test('a file that changed is read again; while it is gone, what it said last holds', () => {
  const path = join(directory, 'changing');
  const file = new AccountFile(path);
  assert.equal(file.table().byName.size, 0);
  writeFileSync(path, 'ann:x:7:7::/:\n');
  assert.equal(file.table().byName.get('ann'), 7);
  writeFileSync(path, 'ann:x:70:7::/:\n');
  assert.equal(file.table().byName.get('ann'), 70);
  rmSync(path);
  assert.equal(file.table().byName.get('ann'), 70);
});
