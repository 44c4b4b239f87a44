// The output of connect.c as the bench reads it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readSlice } from './client.ts';

describe('output of the client', () => {
  test('anything but numbers is refused', () => {
    assert.throws(() => readSlice(''), /no latencies/);
    assert.throws(() => readSlice('1000\n'), /no latencies/);
    assert.throws(() => readSlice('1000\nconnect: timed out\n'), /no latencies/);
  });

  test('the first line is the whole loop, the others are connects', () => {
    assert.deepEqual(readSlice('1000000\n30000\n40500\n'), { latenciesUs: [30, 40.5], perSecond: 2000 });
  });
});
