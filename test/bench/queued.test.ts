// The kernel's table of queues as the bench reads it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readQueued } from './queued.ts';

test('the packets of all queues are added up', () => {
  assert.equal(readQueued(''), 0);
  const lines = [
    ' 4860 272384     0 2 65531     0     0       12  1',
    ' 4861 272384     0 2 65531     0     0        3  1',
  ];
  assert.equal(readQueued(`${lines.join('\n')}\n`), 15);
});
