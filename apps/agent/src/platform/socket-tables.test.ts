import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSocketTable, readSocketTable } from './socket-tables.ts';

// As Linux 6.12 prints them.
const RAW = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
    1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 39415 2 00000000a2f4bd13 0
  253: 00000000:00FD 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 39416 2 0000000044f4bd13 0
`;
const RAW6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
   58: 00000000000000000000000000000000:003A 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 24680 2 00000000de0a7c2f 0
`;

test('a table of raw sockets tells protocol, user and inode of each', () => {
  assert.deepEqual(parseSocketTable(RAW), [
    { number: 1, uid: 1000, inode: 39_415 },
    { number: 253, uid: 0, inode: 39_416 },
  ]);
  assert.deepEqual(parseSocketTable(RAW6), [{ number: 58, uid: 0, inode: 24_680 }]);
});

test('what is no line of a table is left out', () => {
  assert.deepEqual(parseSocketTable(''), []);
  assert.deepEqual(parseSocketTable('heading\n   nonsense\n  1: zz 0 0 0 0 0 a b c\n'), []);
});

test('the tables of this machine can be read', () => {
  for (const table of ['icmp', 'icmp6', 'raw', 'raw6'] as const)
    assert.ok(readSocketTable(table).every(({ inode }) => inode >= 0));
});
