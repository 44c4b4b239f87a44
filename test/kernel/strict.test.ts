// What the end of an agent leaves, on the real kernel: open in standard mode and after every orderly stop, closed after the crash
// of a strict agent, until the next start or --cleanup.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connectFirewall } from '@sallyport/proto';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import type { AgentOptions } from '../lab/agent-under-test.ts';
import { collectOutput, endChild, finish, waitFor } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { needsRoot } from '../lab/root.ts';

const AGENT = fileURLToPath(new URL('../../apps/agent/sallyportd.mjs', import.meta.url));
/** A fault that nothing catches, at the moment that a test chooses. */
const FAULT = "process.on('SIGUSR2', () => { throw new Error('a fault of the test'); });";
const PASSED = 7;
const DROPPED = 28;

describe('the end of an agent', { skip: needsRoot, timeout: 300_000 }, () => {
  let lab: NetworkLab;
  before(() => (lab = new NetworkLab()));
  after(() => lab.close());
  afterEach(() => cleanUp());

  const rules = (): string =>
    lab.run('client', 'iptables', '-t', 'raw', '-S') + lab.run('client', 'ip6tables', '-t', 'raw', '-S');
  const start = (options: Omit<AgentOptions, 'lab'>) => AgentUnderTest.start({ lab, ...options });
  const inClient = (command: string, ...args: readonly string[]) => {
    const [program, ...rest] = lab.inside('client', command, ...args);
    return finish(program, rest);
  };
  const cleanUp = () => inClient(process.execPath, AGENT, '--cleanup', '--runtime', '/run/sallyport-none');
  /** Nobody listens there: the kernel refuses what passed, and what is dropped runs into the time-out. */
  const connect = async (address: string, maxTimeSeconds = '1') =>
    (await inClient('curl', '--silent', '--max-time', maxTimeSeconds, `http://${address}/`)).exitCode;

  test('by a kill leaves a strict one closed, for IPv4, IPv6 and the computer itself, until the next start', async () => {
    const killed = await start({ args: ['--strict'] });
    await killed.stop({ signal: 'SIGKILL' });
    assert.doesNotMatch(rules(), /bypass/);
    for (const address of ['1.2.3.4:81', '[2001:db8::1]:81', '127.0.0.1:81'])
      assert.equal(await connect(address), DROPPED, address);
    const next = await start({ args: ['--strict', '--unknown', 'allow'] });
    assert.equal(await connect('1.2.3.4:81'), PASSED);
    assert.equal(await next.stop(), 0);
    assert.doesNotMatch(rules(), /SALLYPORT/);
    assert.equal(await connect('1.2.3.4:81'), PASSED);
    await inClient(process.execPath, AGENT, '--cleanup', '--runtime', killed.runtimeDirectory);
    assert.equal(existsSync(killed.runtimeDirectory), false);
  });

  test('by a fault leaves a strict one closed and nothing else behind; --cleanup opens it', async () => {
    const faulty = await start({ args: ['--strict'], preload: FAULT });
    assert.equal(await faulty.stop({ signal: 'SIGUSR2' }), 1);
    assert.match(faulty.log, /a fault of the test/);
    assert.match(faulty.log, /its netfilter rules stay/);
    assert.equal(existsSync(faulty.runtimeDirectory), false);
    for (const address of ['1.2.3.4:82', '127.0.0.1:82'])
      assert.equal(await connect(address), DROPPED, address);
    assert.equal((await cleanUp()).exitCode, 0);
    assert.doesNotMatch(rules(), /SALLYPORT/);
    assert.equal(await connect('1.2.3.4:82'), PASSED);
  });

  test('by a fault leaves a strict one closed for new connections only', async (t) => {
    const faulty = await start({ args: ['--strict', '--unknown', 'allow'], preload: FAULT });
    const echo = await openEcho(lab, t);
    assert.equal(await echo.say('before'), 'before');
    await faulty.stop({ signal: 'SIGUSR2' });
    assert.equal(await connect('1.2.3.4:83'), DROPPED);
    assert.equal(await echo.say('after'), 'after');
  });

  test('by a fault leaves a standard one open, and nothing behind', async () => {
    const faulty = await start({ preload: FAULT });
    assert.equal(await faulty.stop({ signal: 'SIGUSR2' }), 1);
    assert.doesNotMatch(rules(), /SALLYPORT/);
    assert.equal(existsSync(faulty.runtimeDirectory), false);
    assert.equal(await connect('1.2.3.4:84'), PASSED);
  });

  for (const [signal, failure] of [
    ['SIGTERM', 'agentStopped'],
    ['SIGUSR2', 'agentCrashed'],
  ] as const)
    test(`answers what waits as the failure table says for ${failure}, and records it`, async () => {
      for (const [args, action, port] of [
        [[], 'ACTION_ALLOW', 85],
        [['--strict'], 'ACTION_DENY', 86],
      ] as const) {
        const ending = await start({ args, preload: FAULT });
        const waiting = connect(`1.2.3.4:${port}`, '8');
        await waitFor('the question', async () => (await statusOf(ending)).promptsOpen === 1);
        await ending.stop({ signal, keep: true });
        // Let through, the server refuses it; denied, we do. Neither is left to run into its time-out.
        assert.equal(await waiting, PASSED);
        const next = await start({ args: ['--unknown', 'allow'], directory: ending.directory });
        assert.equal(await reasonOf(next, port), `${action} failure ${failure}`);
        await next.stop();
      }
    });

  test('before it has begun, because the netfilter rules are refused, leaves everything open, strict or not', async () => {
    for (const args of [[], ['--strict']]) {
      const preload = "process.env.PATH = '/nonexistent';";
      await assert.rejects(start({ args, preload }), /ended with 1:[^]*apt-get install iptables/);
      assert.doesNotMatch(rules(), /SALLYPORT/);
      assert.equal(await connect('1.2.3.4:87'), PASSED);
    }
  });
});

async function statusOf(agent: AgentUnderTest) {
  const client = connectFirewall({ socketPath: agent.socketPath });
  try {
    return await client.getStatus({});
  } finally {
    client.close();
  }
}

async function reasonOf(agent: AgentUnderTest, port: number): Promise<string | undefined> {
  const client = connectFirewall({ socketPath: agent.socketPath });
  try {
    const { records } = await client.listHistory({ port, limit: 1 });
    return records[0] && `${records[0].action} ${records[0].reason}`;
  } finally {
    client.close();
  }
}

interface Echo {
  readonly say: (text: string) => Promise<string>;
}

/** A TCP connection from the client's to the server's namespace, whose server sends back what it gets. */
async function openEcho(lab: NetworkLab, t: TestContext): Promise<Echo> {
  const serve =
    "require('net').createServer((s) => s.pipe(s)).listen(90, '1.2.3.4', () => console.log('ready'))";
  const server = child(t, lab.inside('server', process.execPath, '-e', serve));
  await waitFor('the echo server', () => server.output().stdout.includes('ready'));
  const connect =
    "const s = require('net').connect(90, '1.2.3.4', () => console.log('ready')); process.stdin.pipe(s).pipe(process.stdout)";
  const client = child(t, lab.inside('client', process.execPath, '-e', connect));
  await waitFor('the connection', () => client.output().stdout.includes('ready'));
  return {
    say: async (text) => {
      client.process.stdin.write(`${text}\n`);
      await waitFor(`an echo of ${text}`, () => client.output().stdout.endsWith(`${text}\n`));
      return client.output().stdout.trim().split('\n').at(-1) ?? '';
    },
  };
}

/** Ends with its test, however that ends. */
function child(t: TestContext, [command, ...args]: readonly [string, ...string[]]) {
  const process = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  t.after(() => endChild(process));
  return { process, output: collectOutput(process) };
}
