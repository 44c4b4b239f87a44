// Start and stop on the real kernel: nothing is left behind, rules that others change come back, nobody there is an answer too.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { connectFirewall } from '@sallyport/proto';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import { finish, run, waitFor } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { needsRoot } from '../lab/root.ts';

describe('the agent', { skip: needsRoot, timeout: 90_000 }, () => {
  let lab: NetworkLab;
  before(() => (lab = new NetworkLab()));
  after(() => lab.close());

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

  test('leaves no rule, mount, pin or socket behind when it is stopped', async () => {
    const agent = await AgentUnderTest.start({ lab });
    assert.match(rules(), /-A OUTPUT -j SALLYPORT/);
    assert.equal(await agent.stop(), 0);
    assert.doesNotMatch(rules(), /SALLYPORT/);
    assert.equal(existsSync(agent.runtimeDirectory), false);
    assert.doesNotMatch(run('cat', '/proc/mounts'), new RegExp(agent.runtimeDirectory));
  });

  test('a second agent on the same directories is refused and says why; the first goes on', async () => {
    const agent = await AgentUnderTest.start({ lab });
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

  test('puts its rules back within a second when somebody else removes or displaces them', async () => {
    const agent = await AgentUnderTest.start({ lab });
    lab.run('client', 'iptables', '-t', 'raw', '-F');
    await waitFor('the rules to come back', () => rules().includes('-A OUTPUT -j SALLYPORT'), 1000);
    lab.run('client', 'iptables', '-t', 'raw', '-I', 'OUTPUT', '-j', 'ACCEPT');
    await waitFor(
      'the jump to be first again',
      () =>
        lab.run('client', 'iptables', '-t', 'raw', '-S', 'OUTPUT').split('\n')[1] ===
        '-A OUTPUT -j SALLYPORT',
      1000,
    );
    lab.run('client', 'iptables', '-t', 'raw', '-D', 'OUTPUT', '-j', 'ACCEPT');
    await agent.stop();
  });

  test('with nobody there a question waits for its time and then gets the default, recorded with its reason', async () => {
    const agent = await AgentUnderTest.start({ lab, args: ['--no-client-timeout', '0.5'] });
    const passed = await connect(82);
    assert.equal(passed.exitCode, 7);
    assert.ok(passed.ms >= 500, `${passed.ms} ms`);
    assert.equal(await reasonOf(agent, 82), 'ACTION_ALLOW failure noClient');
    await agent.stop();
  });

  test('strict: with nobody there it is refused', async () => {
    const agent = await AgentUnderTest.start({ lab, args: ['--no-client-timeout', '0.5', '--strict'] });
    assert.equal((await connect(83)).exitCode, 7);
    assert.equal(await reasonOf(agent, 83), 'ACTION_DENY failure noClient');
    await agent.stop();
  });

  test('a question is withdrawn when its program gives up', async () => {
    const agent = await AgentUnderTest.start({ lab });
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
  return new URL('../../apps/agent/src/main.ts', import.meta.url).pathname;
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
