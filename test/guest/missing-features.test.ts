// What the agent says where the kernel lacks something: each message names it and says what to do.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connectFirewall } from '@sallyport/proto';
import { tellStory } from '../demo/story.ts';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import { run } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { needsGuest, withoutModules } from './modules.ts';

describe('a kernel that lacks a part', { skip: needsGuest }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-missing-'));
  let lab: NetworkLab;
  before(() => (lab = new NetworkLab()));
  after(() => {
    lab.close();
    rmSync(directory, { recursive: true, force: true });
  });

  /** What the agent says instead of starting; nothing of it may stay behind. */
  async function refusal(): Promise<string> {
    const error = await AgentUnderTest.start({ lab }).then(
      async (agent) => {
        await agent.stop();
        return assert.fail('the agent started');
      },
      (reason: unknown) => reason,
    );
    assert.deepEqual(lab.leftovers('client'), []);
    assert.doesNotMatch(run('cat', '/proc/mounts'), /sallyport-test/);
    return String(error);
  }

  for (const module of ['xt_bpf', 'xt_NFQUEUE', 'nft_compat'])
    test(`without ${module} it takes the next rung, and doctor says why`, async (context) => {
      await using parts = new AsyncDisposableStack();
      parts.defer(await withoutModules(module));
      const agent = await AgentUnderTest.start({ lab });
      parts.defer(() => agent.stop().then(() => undefined));
      const client = connectFirewall({ socketPath: agent.socketPath });
      parts.defer(() => client.close());
      const { correlator, health } = await client.getStatus({});
      const check = health.find(({ name }) => name === 'correlator');
      context.diagnostic(check?.text ?? '');
      assert.match(correlator, /^sock-ops .*, queued by nftables$/);
      assert.equal(check?.state, 'HEALTH_STATE_DEGRADED');
      assert.match(check.text, new RegExp(`packet: not available because .*modprobe ${module}`));
    });

  test('without nfnetlink_queue it does not start and says what to do', async (context) => {
    await using parts = new AsyncDisposableStack();
    parts.defer(await withoutModules('nfnetlink_queue'));
    const message = await refusal();
    context.diagnostic(message);
    assert.match(message, /nfnetlink_queue.*modprobe nfnetlink_queue/);
  });

  test('without tcp_diag and udp_diag a denied flow fails at once all the same', async (context) => {
    await using parts = new AsyncDisposableStack();
    parts.defer(await withoutModules('tcp_diag', 'udp_diag', 'inet_diag'));
    const told = await tellStory({ lab, directory, answer: 'deny', say: () => undefined });
    context.diagnostic(JSON.stringify(told));
    assert.equal(told.curl.exitCode, 7);
  });

  test('without a cgroup v2 mount it makes one for itself, and leaves none behind', async () => {
    run('umount', '/sys/fs/cgroup');
    try {
      const agent = await AgentUnderTest.start({ lab });
      assert.match(run('cat', '/proc/mounts'), / \/run\/sallyport-test\S*\/cgroup cgroup2 /);
      assert.equal(await agent.stop(), 0);
      assert.doesNotMatch(run('cat', '/proc/mounts'), /cgroup2/);
    } finally {
      run('mount', '-t', 'cgroup2', 'cgroup2', '/sys/fs/cgroup');
    }
  });
});
