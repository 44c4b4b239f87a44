// The netlink monitor notices real changes, says when it lost some, and ends cleanly wherever it is closed.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { needsRoot } from './fixture/root.ts';
import { enterTestNamespace, run } from './fixture/test-namespace.ts';
import type { TestNamespace } from './fixture/test-namespace.ts';
import { NETFILTER_GROUPS, ROUTE_GROUPS, monitorNetlink } from './netlink-monitor.ts';
import type { NetlinkEvent } from './netlink-monitor.ts';

const NFNL_SUBSYS_NFTABLES = 10;
const RTM_NEWLINK = 16;

describe('the netlink monitor', needsRoot, () => {
  let namespace: TestNamespace;

  before(() => {
    namespace = enterTestNamespace('netlink');
  });
  after(() => namespace[Symbol.dispose]());

  test('sees an iptables change, and by whom', async () => {
    const { promise, resolve } = Promise.withResolvers<NetlinkEvent>();
    const monitor = monitorNetlink('netfilter', [NETFILTER_GROUPS.nftables], resolve);
    run('iptables', '-A', 'OUTPUT', '-p', 'tcp', '--dport', '9', '-j', 'ACCEPT');
    const event = await promise;
    monitor.close();
    assert.ok(event.kind === 'messages');
    assert.ok(event.messages.every((message) => message.type >> 8 === NFNL_SUBSYS_NFTABLES));
    assert.ok(event.messages.every((message) => message.portId !== 0 && message.payload.length >= 4));
  });

  test('sees a new link', async () => {
    const { promise, resolve } = Promise.withResolvers<NetlinkEvent>();
    const monitor = monitorNetlink('route', [ROUTE_GROUPS.link, ROUTE_GROUPS.ipv4Address], resolve);
    run('ip', 'link', 'add', 'sallyport0', 'type', 'veth', 'peer', 'name', 'sallyport1');
    const event = await promise;
    monitor.close();
    assert.ok(event.kind === 'messages');
    assert.ok(event.messages.some((message) => message.type === RTM_NEWLINK));
    assert.ok(event.messages.some((message) => Buffer.from(message.payload).includes('sallyport1')));
  });

  test('reports an overrun when more changed than the buffer holds, and goes on', async () => {
    const events: NetlinkEvent[] = [];
    const monitor = monitorNetlink('netfilter', [NETFILTER_GROUPS.nftables], (event) => events.push(event));
    floodWithRules(20_000);
    await until(() => events.some((event) => event.kind === 'overrun'));
    const seen = events.length;
    run('nft', 'add', 'table', 'ip', 'afterwards');
    await until(() => events.slice(seen).some((event) => event.kind === 'messages'));
    monitor.close();
  });

  test('says nothing after close(), and close() may be called twice and in the callback', async () => {
    let calls = 0;
    const monitor = monitorNetlink('netfilter', [NETFILTER_GROUPS.nftables], () => {
      calls += 1;
      monitor.close();
    });
    run('nft', 'add', 'table', 'ip', 'first');
    await until(() => calls === 1);
    run('nft', 'add', 'table', 'ip', 'second');
    await sleep(50);
    monitor.close();
    monitor.ref();
    monitor.unref();
    assert.equal(calls, 1);
  });

  test('lets a worker end, by itself or terminated, while it listens', async () => {
    const source = (end: string): string => `
      import { monitorNetlink } from ${JSON.stringify(new URL('./netlink-monitor.ts', import.meta.url).href)};
      import { parentPort } from 'node:worker_threads';
      const monitor = monitorNetlink('route', [1], () => {});
      ${end}
      parentPort.postMessage('listening');`;
    for (const end of ['', 'monitor.unref();', 'setTimeout(() => process.exit(0), 10);']) {
      const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source(end))}`));
      // Both at once: a worker that ends at once delivers its last message and its exit in the same turn.
      const exit = once(worker, 'exit');
      await once(worker, 'message');
      if (end === '') await worker.terminate();
      await exit;
    }
  });

  test('hands an exception of the callback to the program as uncaught', async () => {
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const uncaught = once(process, 'uncaughtException') as Promise<[Error]>;
    const monitor = monitorNetlink('netfilter', [NETFILTER_GROUPS.nftables], () => {
      monitor.close();
      throw new Error('from the callback');
    });
    try {
      run('nft', 'add', 'table', 'ip', 'thrown');
      const [error] = await uncaught;
      assert.equal(error.message, 'from the callback');
    } finally {
      monitor.close();
      for (const listener of listeners) process.on('uncaughtException', listener);
    }
  });

  test('refuses groups and protocols that do not exist', () => {
    const ignore = (): void => undefined;
    assert.throws(() => monitorNetlink('netfilter', [0], ignore), RangeError);
    assert.throws(() => monitorNetlink('netfilter', [], ignore), RangeError);
    assert.throws(() => monitorNetlink('netfilter', [1000], ignore), {
      code: 'EINVAL',
      syscall: 'setsockopt',
    });
  });
});

function floodWithRules(count: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-nft-'));
  const rules = Array.from(
    { length: count },
    (_, index) => `add rule ip flood chain1 tcp dport ${(index % 65535) + 1} accept`,
  );
  writeFileSync(
    join(folder, 'rules'),
    ['add table ip flood', 'add chain ip flood chain1', ...rules].join('\n'),
  );
  run('nft', '-f', join(folder, 'rules'));
  rmSync(folder, { recursive: true });
}

async function until(condition: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 400 && !condition(); attempt++) await sleep(5);
  assert.ok(condition(), 'It did not happen within two seconds.');
}
