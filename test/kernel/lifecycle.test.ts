// Start and stop on the real kernel: nothing is left behind, rules that others change come back, nobody there is an answer too.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { connectFirewall } from '@sallyport/proto';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import type { AgentOptions } from '../lab/agent-under-test.ts';
import { finish, run, waitFor } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { roundsUntil } from '../lab/quiet-round.ts';
import { needsRoot } from '../lab/root.ts';

describe('the agent', { skip: needsRoot, timeout: atThisPaceMs(90_000) }, () => {
  let lab: NetworkLab;
  before(() => (lab = new NetworkLab()));
  after(() => lab.close());

  /** Ended whatever becomes of the test: the next one has the same lab. */
  const start = async (context: TestContext, options: Omit<AgentOptions, 'lab'> = {}) => {
    const agent = await AgentUnderTest.start({ lab, ...options });
    context.after(() => agent.stop());
    return agent;
  };
  const isWithinASecond = (ms: number): boolean => ms < 1000;
  const backAfterMs = async (change: readonly string[], isBack: () => boolean): Promise<number> => {
    const startedMs = performance.now();
    lab.run('client', 'iptables', '-t', 'raw', ...change);
    await waitFor('the rules to come back', isBack);
    return performance.now() - startedMs;
  };
  const rules = (): string =>
    lab.run('client', 'iptables', '-t', 'raw', '-S') + lab.run('client', 'ip6tables', '-t', 'raw', '-S');
  /** A refused connection means that the packet passed: nobody listens there. */
  const connect = (port: number) => {
    const [command, ...args] = lab.inside(
      'client',
      'curl',
      '--silent',
      '--max-time',
      '5',
      `http://1.2.3.4:${port}/`,
    );
    return finish(command, args);
  };

  test('leaves no rule, mount, pin or socket behind when it is stopped', async (context) => {
    const agent = await start(context);
    assert.match(rules(), /-A OUTPUT -j SALLYPORT/);
    assert.equal(await agent.stop(), 0);
    assert.doesNotMatch(rules(), /SALLYPORT/);
    assert.equal(existsSync(agent.runtimeDirectory), false);
    assert.doesNotMatch(run('cat', '/proc/mounts'), new RegExp(agent.runtimeDirectory));
  });

  test('ends when told to although nobody reads its log any more', async (context) => {
    const agent = await start(context);
    agent.child.stderr?.destroy();
    assert.equal(await agent.stop({ withinMs: 10_000 }), 0);
    assert.doesNotMatch(rules(), /SALLYPORT/);
  });

  test('goes on filtering when the disk of its log file is full', async (context) => {
    const agent = await start(context, { args: ['--log-file', '/dev/full'] });
    lab.run('client', 'iptables', '-t', 'raw', '-F');
    await waitFor('the rules to come back', () => rules().includes('-A OUTPUT -j SALLYPORT'), 1000);
    assert.equal(await agent.stop({ withinMs: 10_000 }), 0);
  });

  test('ends when told to although its network namespace was deleted', async () => {
    for (const when of ['before', 'meanwhile'] as const) {
      const ownLab = new NetworkLab();
      const agent = await AgentUnderTest.start({ lab: ownLab });
      if (when === 'before') ownLab.close();
      const stopped = agent.stop({ withinMs: 10_000 });
      ownLab.close();
      assert.equal(await stopped, 0, when);
      assert.equal(existsSync(agent.runtimeDirectory), false);
    }
  });

  test('a second agent on the same directories is refused and says why; the first goes on', async (context) => {
    const agent = await start(context);
    const [command, ...args] = lab.inside(
      'client',
      process.execPath,
      agentMain(),
      '--runtime',
      agent.runtimeDirectory,
    );
    const second = await finish(command, [
      ...args,
      '--rules',
      agent.rulesDirectory,
      '--state',
      agent.stateDirectory,
    ]);
    assert.equal(second.exitCode, 1);
    assert.match(second.stderr, /another agent is running/);
    assert.match(rules(), /-A OUTPUT -j SALLYPORT/);
    await agent.stop();
  });

  test('what a killed agent leaves is open, and the next start and stop remove it', async () => {
    const killed = await AgentUnderTest.start({ lab });
    await killed.stop({ signal: 'SIGKILL' });
    assert.match(rules(), /SALLYPORT/);
    assert.equal((await connect(81)).exitCode, 7);
    const next = await AgentUnderTest.start({ lab });
    await next.stop();
    assert.doesNotMatch(rules(), /SALLYPORT/);
    const [command, ...args] = lab.inside('client', process.execPath, agentMain(), '--cleanup');
    assert.equal((await finish(command, [...args, '--runtime', killed.runtimeDirectory])).exitCode, 0);
    assert.equal(existsSync(killed.runtimeDirectory), false);
  });

  test('puts its rules back within a second when somebody else removes or displaces them', async (context) => {
    const agent = await start(context);
    const isBack = (): boolean => rules().includes('-A OUTPUT -j SALLYPORT');
    const isFirst = (): boolean =>
      lab.run('client', 'iptables', '-t', 'raw', '-S', 'OUTPUT').split('\n')[1] === '-A OUTPUT -j SALLYPORT';
    const [removedMs] = await roundsUntil(isWithinASecond, () => backAfterMs(['-F'], isBack));
    const [displacedMs] = await roundsUntil(isWithinASecond, async () => {
      const ms = await backAfterMs(['-I', 'OUTPUT', '-j', 'ACCEPT'], isFirst);
      lab.run('client', 'iptables', '-t', 'raw', '-D', 'OUTPUT', '-j', 'ACCEPT');
      return ms;
    });
    assert.ok(isWithinASecond(removedMs) && isWithinASecond(displacedMs), `${removedMs}, ${displacedMs} ms`);
    await agent.stop();
  });

  test('with nobody there a question waits for its time and then gets the default, recorded with its reason', async (context) => {
    const agent = await start(context, { args: ['--no-client-timeout', '0.5'] });
    const passed = await connect(82);
    assert.equal(passed.exitCode, 7);
    assert.ok(passed.ms >= 500, `${passed.ms} ms`);
    assert.equal(await reasonOf(agent, 82), 'ACTION_ALLOW failure noClient');
    await agent.stop();
  });

  test('strict: with nobody there it is refused', async (context) => {
    const agent = await start(context, { args: ['--no-client-timeout', '0.5', '--strict'] });
    assert.equal((await connect(83)).exitCode, 7);
    assert.equal(await reasonOf(agent, 83), 'ACTION_DENY failure noClient');
    await agent.stop();
  });

  test('a question is withdrawn when its program gives up', async (context) => {
    const agent = await start(context);
    const client = connectFirewall({ socketPath: agent.socketPath });
    const watch = client.watch();
    await watch.next();
    const [command, ...args] = lab.inside(
      'client',
      'curl',
      '--silent',
      '--connect-timeout',
      '1',
      'http://1.2.3.4:84/',
    );
    assert.equal((await finish(command, args)).exitCode, 28);
    await waitFor('the question to go', async () => (await client.getStatus({})).promptsOpen === 0, 2000);
    assert.equal(await reasonOf(agent, 84), 'ACTION_DENY withdrawn');
    await watch.return();
    client.close();
    await agent.stop();
  });
});

function agentMain(): string {
  return new URL('../../apps/agent/sallyportd.mjs', import.meta.url).pathname;
}

async function reasonOf(agent: AgentUnderTest, port: number): Promise<string | undefined> {
  const client = connectFirewall({ socketPath: agent.socketPath });
  try {
    const { records } = await client.listHistory({ port, limit: 1 });
    const record = records[0];
    return record && `${record.action} ${record.reason}`;
  } finally {
    client.close();
  }
}
