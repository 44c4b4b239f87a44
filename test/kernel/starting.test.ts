// An agent to which something is missing: it says what is missing and what to do, and leaves nothing behind.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import { finish, run } from '../lab/commands.ts';
import type { Finished } from '../lab/commands.ts';
import { LabProgram } from '../lab/lab-program.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { needsRoot } from '../lab/root.ts';
import type { Launch } from './stage.ts';

const AGENT = new URL('../../apps/agent/sallyportd.mjs', import.meta.url).pathname;

describe('an agent that cannot start', { skip: needsRoot, timeout: 90_000 }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-starting-'));
  const runtime = `/run/sallyport-starting-${process.pid}`;
  let lab: NetworkLab;
  before(() => (lab = new NetworkLab()));
  after(() => {
    lab.close();
    rmSync(directory, { recursive: true });
  });
  afterEach(() => {
    assert.deepEqual(lab.leftovers('client'), []);
    assert.equal(existsSync(runtime), false);
    assert.doesNotMatch(run('cat', '/proc/mounts'), new RegExp(runtime));
  });

  interface Start {
    readonly args?: readonly string[];
    readonly environment?: readonly string[];
    /** Shell commands in a mount namespace of its own. */
    readonly prepare?: string;
  }

  function startWords({ args = [], environment = [], prepare = 'true' }: Start): Launch {
    const places = ['--rules', join(directory, 'rules'), '--state', join(directory, 'state')];
    const agent = ['env', ...environment, process.execPath, AGENT, '--runtime', runtime, ...places, ...args];
    return ['unshare', '--mount', 'sh', '-c', `${prepare} && exec "$0" "$@"`, ...agent];
  }

  function start(how: Start): Promise<Finished> {
    const [command, ...rest] = lab.inside('client', ...startWords(how));
    return finish(command, rest);
  }

  test('without iptables', async () => {
    const tools = join(directory, 'tools');
    mkdirSync(tools);
    const { exitCode, stderr } = await start({ environment: [`PATH=${tools}`] });
    assert.equal(exitCode, 1);
    assert.match(stderr, /^sallyportd: .*iptables-restore: not installed.*apt-get install iptables/m);
  });

  test('with iptables and without ip6tables: the IPv4 rules do not stay', async () => {
    const tools = join(directory, 'half');
    mkdirSync(tools);
    for (const name of ['iptables', 'iptables-restore']) symlinkSync(`/usr/sbin/${name}`, join(tools, name));
    const { exitCode, stderr } = await start({ environment: [`PATH=${tools}`] });
    assert.equal(exitCode, 1);
    assert.match(stderr, /ip6tables-restore: not installed/);
  });

  test('beside another one that listens on the same queue: that one goes on', async () => {
    await using parts = new AsyncDisposableStack();
    const other = await AgentUnderTest.start({ lab });
    parts.defer(() => other.stop().then(() => undefined));
    const rules = lab.run('client', 'iptables', '-t', 'raw', '-S');
    const { exitCode, stderr } = await start({});
    assert.equal(exitCode, 1);
    assert.match(stderr, /^sallyportd: NFQUEUE 4870: .*another program listens on this queue/m);
    assert.equal(lab.run('client', 'iptables', '-t', 'raw', '-S'), rules);
    assert.match(rules, /NFQUEUE/);
  });

  test('with a state directory that is a file', async () => {
    writeFileSync(join(directory, 'state-file'), '');
    const { exitCode, stderr } = await start({ args: ['--state', join(directory, 'state-file')] });
    assert.equal(exitCode, 1);
    assert.match(stderr, /^sallyportd: .*state-file/m);
  });

  test('that sees no cgroup v2 tree does start, with a mount of its own that goes with it', async () => {
    const words = startWords({ prepare: 'umount --recursive --lazy /sys/fs/cgroup && exec 2>&1' });
    await using parts = new AsyncDisposableStack();
    const agent = new LabProgram({ lab, side: 'client', words });
    parts.defer(() => agent.end());
    assert.match(await agent.line(0, 20_000), / info filtering /);
    assert.match(run('cat', `/proc/${agent.pid}/mounts`), new RegExp(`cgroup2? ${runtime}/cgroup cgroup2`));
    process.kill(agent.pid, 'SIGTERM');
    assert.match(await agent.line(1, 20_000), /nothing of it is left/);
  });
});
