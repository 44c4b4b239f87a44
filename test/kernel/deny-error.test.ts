// What a program is told that a known deny refuses: EPERM, or what the setting says where the kernel can.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { possibleDenyError } from '../../apps/agent/src/kernel/deny-error.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { ruleFor } from './rule-for.ts';
import { SERVER, Stage } from './stage.ts';

describe('a known deny', { skip: needsRoot, timeout: atThisPaceMs(60_000) }, () => {
  test('is a refused connection where that is set, and Linux 6.1 or newer', async () => {
    await using stage = await Stage.open({ args: ['--deny-error', 'ECONNREFUSED'] });
    const error = possibleDenyError('ECONNREFUSED');
    assert.equal(stage.agent.log.includes('another error needs Linux 6.1'), error === 'EPERM');
    const app = stage.app('denied');
    await stage.person.client.putRule({ rule: ruleFor(app, 'ACTION_DENY') });
    assert.equal(await stage.speak(app, 'tcp').line(0), 'ECONNREFUSED', 'by the agent');
    const counter = async (name: string): Promise<number> => {
      const { counters } = await stage.person.client.getStatus({});
      return Number(counters.find((entry) => entry.name === name)?.value ?? NaN);
    };
    const [notKnown, known] = [await counter('notKnown'), await counter('knownDenied')];
    for (const address of Object.values(SERVER))
      for (const kind of ['tcp', 'udp'] as const)
        assert.equal(await stage.speak(app, kind, address).line(0), error, `${kind} ${address}`);
    // Its connect() may only ask for a route; the packet is dropped, which has no other error.
    assert.equal(await stage.speak(app, 'udp-connected').line(0), 'EPERM');
    assert.deepEqual([await counter('notKnown'), await counter('knownDenied')], [notKnown, known + 5]);
  });
});
