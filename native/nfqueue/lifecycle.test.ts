// Opening, closing, failing and ending: in the callback, in workers, at exit, against other programs.
import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { NfqueueError, openQueue, type Queue } from './index.ts';
import { namespaceTest } from './test/namespace.ts';
import { queueUdp, UdpReceiver, UdpSender, until } from './test/traffic.ts';

const file = import.meta.filename;
const index = new URL('./index.ts', import.meta.url).href;

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

/** Runs an ES module in a process of its own, in this namespace. */
async function runModule(source: string, command: readonly string[] = []): Promise<Ended> {
  const nodeArguments = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', source];
  const [program, ...rest] = [...command, process.execPath, ...nodeArguments];
  const child = spawn(program ?? process.execPath, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return { code, signal, output: (await output).join('') };
}

function isRefusal(code: string, errno: number, advice: RegExp): (error: unknown) => boolean {
  return (error) => {
    ok(error instanceof NfqueueError);
    deepEqual([error.code, error.errno, error.syscall], [code, errno, 'sendmsg']);
    ok(advice.test(error.message), error.message);
    return true;
  };
}

namespaceTest('a queue that is taken is refused as EBUSY, in one process and across two', file, async () => {
  const queue = openQueue({ queue: 5 }, () => undefined);
  throws(() => openQueue({ queue: 5 }, () => undefined), isRefusal('EBUSY', 1, /another program listens/u));
  const other = await runModule(
    `import { openQueue } from '${index}';
     try { openQueue({ queue: 5 }, () => {}) } catch (error) { console.log(error.code, error.message) }`,
  );
  equal(other.code, 0);
  ok(/^EBUSY .*another program listens/u.test(other.output), other.output);
  queue.close();
  openQueue({ queue: 5 }, () => undefined).close();
});

namespaceTest('queue 0 in other hands does not hinder opening another queue', file, async () => {
  const zero = openQueue({ queue: 0 }, () => undefined);
  const other = await runModule(
    `import { openQueue } from '${index}'; openQueue({ queue: 1 }, () => {}).close(); console.log('opened')`,
  );
  equal(other.output, 'opened\n');
  zero.close();
});

namespaceTest('without CAP_NET_ADMIN the refusal is EPERM and says what is needed', file, async () => {
  const source = `import { openQueue } from '${index}';
     try { openQueue({ queue: 5 }, () => {}) } catch (error) { console.log(error.code, error.errno, error.message) }`;
  const ended = await runModule(source, ['setpriv', '--bounding-set=-net_admin', '--inh-caps=-net_admin']);
  ok(/^EPERM 1 .*CAP_NET_ADMIN/u.test(ended.output), ended.output);
});

namespaceTest(
  'close in the callback is safe, and a verdict afterwards says that the queue is closed',
  file,
  async () => {
    const receiver = await UdpReceiver.open();
    queueUdp(receiver.port, 1);
    const thrown: unknown[] = [];
    const queue = openQueue({ queue: 1 }, ([packet]) => {
      queue.close();
      queue.close();
      globalThis.gc?.();
      try {
        queue.verdict(packet?.id ?? 0, 'accept');
      } catch (error) {
        thrown.push(error instanceof NfqueueError && error.code);
      }
    });
    const sender = await UdpSender.open(receiver.port);
    await sender.send('x');
    await until('the callback ran', () => thrown.length === 1);
    deepEqual(thrown, ['ERR_QUEUE_CLOSED']);
    throws(() => queue.verdictMany([1], 'drop'), /is closed/u);
    throws(() => queue.setMaxLength(1), /is closed/u);
    equal(queue.stats().kernel, undefined);
    equal(queue.ref().unref(), queue);
    for (const open of [sender, receiver]) open.close();
  },
);

namespaceTest(
  'an exception in the callback reaches uncaughtException and the queue goes on',
  file,
  async () => {
    const receiver = await UdpReceiver.open();
    queueUdp(receiver.port, 1);
    const uncaught: string[] = [];
    process.on('uncaughtException', (error) => uncaught.push(error.message));
    const queue = openQueue({ queue: 1 }, ([packet]) => {
      queue.verdict(packet?.id ?? 0, 'accept');
      throw new Error(`thrown for ${packet?.id ?? 0}`);
    });
    const sender = await UdpSender.open(receiver.port);
    for (const count of [1, 2, 3]) {
      await sender.send('x');
      await until('it arrived', () => receiver.received.length === count);
    }
    await until('all were thrown', () => uncaught.length === 3);
    deepEqual(uncaught, ['thrown for 1', 'thrown for 2', 'thrown for 3']);
    for (const open of [sender, receiver, queue]) open.close();
  },
);

namespaceTest('an exception in the callback ends a program that does not handle it', file, async () => {
  const ended = await runModule(programWith("throw new Error('boom in callback')"));
  deepEqual([ended.code, ended.signal], [1, null]);
  ok(ended.output.includes('boom in callback'));
});

namespaceTest('process.exit in the callback ends the program with its code', file, async () => {
  const ended = await runModule(programWith('process.exit(7)'));
  deepEqual([ended.code, ended.signal, ended.output], [7, null, '']);
});

namespaceTest('a promise made in the callback is settled before the next packet waits', file, async () => {
  const ended = await runModule(programWith('Promise.resolve().then(() => process.exit(9))'));
  equal(ended.code, 9);
});

/** A program that gets one packet and runs `statement` in the callback. */
function programWith(statement: string): string {
  return `import { openQueue } from '${index}';
    import { createSocket } from 'node:dgram';
    import { execFileSync } from 'node:child_process';
    execFileSync('iptables', ['-A', 'OUTPUT', '-p', 'udp', '--dport', '9', '-j', 'NFQUEUE', '--queue-num', '2']);
    const queue = openQueue({ queue: 2 }, () => { ${statement} });
    createSocket('udp4').send('x', 9, '127.0.0.1');`;
}

namespaceTest('an unreferenced queue lets the program end; a referenced one keeps it', file, async () => {
  const open = `import { openQueue } from '${index}'; const queue = openQueue({ queue: 3 }, () => {});`;
  equal((await runModule(`${open} queue.unref()`)).code, 0);
  const kept = await runModule(`${open} queue.unref().ref(); setTimeout(() => process.exit(4), 300).unref()`);
  equal(kept.code, 4);
});

namespaceTest('a queue that nobody refers to is not collected while it is open', file, async () => {
  const receiver = await UdpReceiver.open();
  queueUdp(receiver.port, 1);
  let queue: Queue | undefined;
  let seen = 0;
  openQueue({ queue: 1 }, () => seen++).unref();
  for (let round = 0; round < 5; round++) {
    globalThis.gc?.();
    await sleep(5);
  }
  const sender = await UdpSender.open(receiver.port);
  await sender.send('x');
  await until('it was seen', () => seen === 1);
  queue = openQueue({ queue: 2 }, () => undefined);
  const reference = new WeakRef(queue);
  queue.close();
  queue = undefined;
  await until('the closed queue was collected', () => {
    globalThis.gc?.();
    return reference.deref() === undefined;
  });
  for (const open of [sender, receiver]) open.close();
});

function startWorker(statement: string): Worker {
  return new Worker(
    `const { parentPort, workerData } = require('node:worker_threads');
     import(workerData).then(({ openQueue }) => {
       const queue = openQueue({ queue: 1 }, (packets) => { ${statement} });
       parentPort.postMessage('open');
     });`,
    { eval: true, workerData: index },
  );
}

namespaceTest(
  'it works in a worker thread, and frees the queue when the worker is terminated',
  file,
  async () => {
    const receiver = await UdpReceiver.open();
    queueUdp(receiver.port, 1);
    const sender = await UdpSender.open(receiver.port);
    for (let round = 1; round <= 20; round++) {
      const worker = startWorker("for (const packet of packets) queue.verdict(packet.id, 'accept')");
      await once(worker, 'message');
      await sender.send('x');
      await until('it arrived', () => receiver.received.length === round);
      await worker.terminate();
    }
    openQueue({ queue: 1 }, () => undefined).close();
    for (const open of [sender, receiver]) open.close();
  },
);

namespaceTest('a worker may exit, or be terminated, while it is in the callback', file, async () => {
  const receiver = await UdpReceiver.open();
  queueUdp(receiver.port, 1);
  const sender = await UdpSender.open(receiver.port);
  for (const statement of ['process.exit(3)', "parentPort.postMessage('busy'); for (;;);"]) {
    const worker = startWorker(statement);
    await once(worker, 'message');
    const next = Promise.race([once(worker, 'message'), once(worker, 'exit')]);
    await sender.send('x');
    await next;
    await worker.terminate();
    openQueue({ queue: 1 }, () => undefined).close();
  }
  for (const open of [sender, receiver]) open.close();
});

namespaceTest(
  'a callback that takes long delays nothing for ever and is not entered twice',
  file,
  async () => {
    const receiver = await UdpReceiver.open();
    queueUdp(receiver.port, 1);
    const sender = await UdpSender.open(receiver.port);
    let timers = 0;
    const timer = setInterval(() => timers++, 1);
    const queue = openQueue({ queue: 1 }, (packets) => {
      const end = Date.now() + 5;
      while (Date.now() < end);
      for (const packet of packets) queue.verdict(packet.id, 'accept');
    });
    for (let count = 0; count < 200; count++) void sender.send('x');
    await until('all arrived', () => receiver.received.length === 200);
    ok(timers > 2, `timers ran ${timers} times`);
    clearInterval(timer);
    for (const open of [sender, receiver, queue]) open.close();
  },
);
