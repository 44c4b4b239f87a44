// A burst of flows that the agent decides one by one, faster than a disk takes their records: it needs little memory meanwhile, and
// history has every one of them.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { connectFirewall } from '../../proto/index.ts';
import type { FirewallClient } from '../../proto/index.ts';
import { memoryMiB, resetPeakMemory } from '../bench/process-figures.ts';
import { program } from '../bench/programs.ts';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import { finish, waitFor } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { needsRoot } from '../lab/root.ts';

const FLOWS = 150_000;
/** Each flow that waited by itself would take half a kilobyte and more: 87 MiB were measured, and 31 otherwise. */
const MOST_MORE_MIB = 60;
const RECORDS_IN_AN_ANSWER = 10_000;
const WRITTEN_WITHIN_MS = 60_000;

describe('a burst of flows', { skip: needsRoot, timeout: 240_000 }, () => {
  let lab: NetworkLab;
  let agent: AgentUnderTest;
  let client: FirewallClient;
  before(async () => {
    lab = new NetworkLab();
    agent = await AgentUnderTest.start({ lab, args: ['--no-verdict-cache', '--unknown', 'allow'] });
    client = connectFirewall({ socketPath: agent.socketPath });
  });
  after(async () => {
    client.close();
    await agent.stop();
    lab.close();
  });

  test('takes little memory, and history counts every flow', async () => {
    resetPeakMemory(agent.pid);
    const beforeMiB = memoryMiB(agent.pid, 'VmRSS');
    const [command, ...args] = lab.inside('client', program('flows'), '100.64.0.1', '50', String(FLOWS));
    const { exitCode, stderr } = await finish(command, args);
    assert.equal(exitCode, 0, stderr);
    const moreMiB = memoryMiB(agent.pid, 'VmHWM') - beforeMiB;
    const isWritten = async (): Promise<boolean> => (await flowsIn(client, program('flows'))) === FLOWS;
    await waitFor('all flows to be in history', isWritten, WRITTEN_WITHIN_MS);
    assert.ok(moreMiB < MOST_MORE_MIB, `${moreMiB} MiB more at the peak`);
    const { health } = await client.getStatus({});
    assert.equal(health.find(({ name }) => name === 'history')?.state, 'HEALTH_STATE_OK');
  });
});

async function flowsIn(client: FirewallClient, app: string): Promise<number> {
  let flows = 0;
  for (let beforeId = '0'; ;) {
    const { records } = await client.listHistory({ app, beforeId, limit: RECORDS_IN_AN_ANSWER });
    for (const { alike } of records) flows += 1 + Number(alike);
    if (records.length < RECORDS_IN_AN_ANSWER) return flows;
    beforeId = records.at(-1)?.id ?? '0';
  }
}
