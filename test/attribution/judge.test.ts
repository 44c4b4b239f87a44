import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judge, readAttempts } from './judge.ts';
import type { RecordedFlow } from './judge.ts';

const [FIRST, SECOND] = ['198.18.0.1 80 7 /bin/a', '198.18.0.2 80 8 /bin/b'];
const ATTEMPTS = readAttempts(`${FIRST}\n${SECOND}\n`);
const exactly = (app: string, path: string): boolean => app === path;

function recordOf(address: string, pid: number, app: string): RecordedFlow {
  return { address, port: 80, pid, app, heldUs: 10, action: 'ACTION_ALLOW' };
}

function counts(records: readonly RecordedFlow[]): string {
  const { right, wrong, missing, byFileOnly } = judge(ATTEMPTS, records, exactly);
  return `${right} ${wrong} ${missing} ${byFileOnly}`;
}

describe('an attempt', () => {
  const second = recordOf('198.18.0.2', 8, '/bin/b');

  test('is right where process and program are the ones that made it', () => {
    assert.equal(counts([recordOf('198.18.0.1', 7, '/bin/a'), second]), '2 0 0 0');
  });

  test('is wrong where another process or another program is named, also beside a right record', () => {
    assert.equal(counts([recordOf('198.18.0.1', 9, '/bin/a'), second]), '1 1 0 0');
    assert.equal(counts([recordOf('198.18.0.1', 7, '/bin/b'), second]), '1 1 0 0');
    const both = [recordOf('198.18.0.1', 7, '/bin/a'), recordOf('198.18.0.1', 9, '/bin/a')];
    assert.equal(counts([...both, second]), '1 1 0 0');
  });

  test('is missing where nobody is named, or nothing was recorded', () => {
    assert.equal(counts([recordOf('198.18.0.1', 0, 'unknown'), second]), '1 0 1 0');
    assert.equal(counts([second]), '1 0 1 0');
  });

  test('is right, and counted apart, where the program is known by its file alone', () => {
    assert.equal(counts([recordOf('198.18.0.1', 7, 'inode:8:1:2'), second]), '2 0 0 1');
  });
});

test('two attempts to one place have a record each, and what came of it must be what came of it', () => {
  const there = { address: '198.18.0.1', port: 80, pid: 7 };
  const attempts = [
    { ...there, path: '/bin/a', action: 'ACTION_ALLOW' },
    { ...there, path: '/bin/b', action: 'ACTION_DENY' },
  ] as const;
  const first = recordOf('198.18.0.1', 7, '/bin/a');
  const second: RecordedFlow = { ...first, app: '/bin/b', action: 'ACTION_DENY' };
  const told = (...records: readonly RecordedFlow[]): string => {
    const { right, wrong, missing } = judge(attempts, records, exactly);
    return `${right} ${wrong} ${missing}`;
  };
  assert.equal(told(first, second), '2 0 0');
  assert.equal(told(first), '1 0 1');
  assert.equal(told(first, first), '1 1 0');
  assert.equal(told({ ...first, action: 'ACTION_DENY' }, second), '0 2 0');
  assert.equal(told(first, { ...second, action: 'ACTION_ALLOW' }), '0 2 0');
});

test('times are those of the records', () => {
  const records = [5, 1, 9].map((heldUs) => ({ ...recordOf('198.18.0.1', 7, '/bin/a'), heldUs }));
  const { medianUs, worstUs } = judge(ATTEMPTS, records, exactly);
  assert.deepEqual([medianUs, worstUs], [5, 9]);
  assert.equal(judge(ATTEMPTS, [], exactly).medianUs, undefined);
});

test('what a program prints by mistake is not taken for an attempt', () => {
  assert.throws(() => readAttempts('connect: Connection refused\n'), /printed "connect/);
});
