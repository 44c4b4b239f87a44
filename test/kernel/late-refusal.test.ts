// The message that tells a program of its refusal goes through the network stack like any other, and may arrive late.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { Stage } from './stage.ts';

/** Two bytes in a millisecond: a message of about a hundred is late by up to 50 ms once the bucket is empty. */
const SLOW_LOOPBACK = 'dev lo root tbf rate 16kbit burst 1600 latency 1s';
/** Together more than the bucket. */
const CONNECTS = 25;

describe('a refusal that arrives late', { skip: needsRoot, timeout: atThisPaceMs(60_000) }, () => {
  test('is a refused connection still, and not an aborted one', async () => {
    await using stage = await Stage.open({ args: ['--unknown', 'deny'] });
    await stage.person.leave();
    stage.lab.run('client', 'tc', 'qdisc', 'add', ...SLOW_LOOPBACK.split(' '));
    const app = stage.app('denied');
    const said: (string | undefined)[] = [];
    for (let count = 0; count < CONNECTS; count += 1)
      said.push(await stage.speak(app, 'tcp').line(0, atThisPaceMs(2000)));
    assert.deepEqual([...new Set(said)], ['ECONNREFUSED']);
  });
});
