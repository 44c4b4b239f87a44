// Packet sockets of a network namespace of the test's own.
import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { startProbe } from './fixture/probe.ts';
import { needsRoot } from './fixture/root.ts';
import { enterTestNamespace } from './fixture/test-namespace.ts';
import type { TestNamespace } from './fixture/test-namespace.ts';
import { listPacketSockets } from './packet-sockets.ts';

describe('packet sockets', needsRoot, () => {
  let namespace: TestNamespace;
  before(() => void (namespace = enterTestNamespace('packet')));
  after(() => namespace[Symbol.dispose]());

  test('are listed with the inode that their process has open, and gone when it is', async () => {
    assert.deepEqual(listPacketSockets(), []);
    const probe = startProbe(['capture', 'lo']);
    await probe.nextLine();
    const listed = listPacketSockets() ?? [];
    const open = readdirSync(`/proc/${probe.pid}/fd`).map((fd) =>
      readlinkSync(`/proc/${probe.pid}/fd/${fd}`),
    );
    assert.equal(listed.length, 1);
    assert.ok(open.includes(`socket:[${listed[0]?.inode}]`), open.join());
    assert.ok((listed[0]?.cookie ?? 0n) > 0n);
    assert.deepEqual(listPacketSockets(), listed, 'a socket keeps its cookie');
    probe[Symbol.dispose]();
    for (let tries = 0; listPacketSockets()?.length !== 0 && tries < 200; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(listPacketSockets(), []);
  });
});
