// What the cache says of itself: the kernel's map is played, so that it can push entries out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VerdictField } from './gen/structs.ts';
import { VerdictCache } from './verdict-cache.ts';
import { FakeVerdictMaps } from './verdict-maps.fake.ts';

const { VERDICT_FIELD_PORT, VERDICT_FIELD_EXECUTABLE } = VerdictField;

function bench() {
  const maps = new FakeVerdictMaps();
  const cache = new VerdictCache<undefined>(maps, {
    agentPid: 1,
    onKnownFlow: () => undefined,
    onCounted: () => undefined,
    readAlike: () => undefined,
  });
  const learn = (remotePort: number, fields: number = VERDICT_FIELD_PORT): void =>
    cache.learn({
      values: {
        ...{ remoteAddress: new Uint8Array(16), inode: 1n, ctimeNs: 1n, startNs: 1n, place: 0n },
        ...{ device: 1, pid: 2, uid: 3, protocol: 6, remotePort },
      },
      ...{ fields, isAllow: true, expiresNs: undefined, meaning: undefined },
    });
  return { maps, cache, learn };
}

test('it holds what it learnt, once for each key, and names the fields in the order of their use', async () => {
  const { cache, learn } = bench();
  assert.deepEqual(await cache.contents(), { masks: [], held: 0, pushedOut: 0 });
  learn(1);
  learn(2);
  learn(2);
  learn(2, VERDICT_FIELD_PORT | VERDICT_FIELD_EXECUTABLE);
  learn(2, 0);
  assert.deepEqual(await cache.contents(), { masks: ['port', 'app port', 'none'], held: 4, pushedOut: 0 });
  cache.voidAll();
  assert.deepEqual(await cache.contents(), { masks: [], held: 0, pushedOut: 0 });
});

test('what the kernel pushed out is found missing', async () => {
  const { maps, cache, learn } = bench();
  for (let port = 0; port < 1000; port += 1) learn(port);
  maps.map('verdicts').pushOut(7);
  maps.map('verdicts').pushOut(500);
  assert.deepEqual(await cache.contents(), { masks: ['port'], held: 998, pushedOut: 2 });
});

test('a change of rules while it looks leaves nothing to tell', async () => {
  const { cache, learn } = bench();
  for (let port = 0; port < 1000; port += 1) learn(port);
  const looking = cache.contents();
  cache.voidAll();
  assert.deepEqual(await looking, { masks: [], held: 0, pushedOut: 0 });
});
