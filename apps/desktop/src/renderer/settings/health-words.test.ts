// Every finding that the agent can have is known in every language; of what is not, the agent's own text is shown.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { healthChecks } from '../../../../agent/src/health.ts';
import type { HealthSources } from '../../../../agent/src/health.ts';
import { healthWords } from './health-words.ts';

type Checks = ReturnType<typeof healthChecks>;

/** Only the figures that checks look at. */
function checksOf(amount: number, failure: string | undefined): Checks {
  const capture = { received: 1, unanswered: 0, droppedByKernel: amount, droppedForUser: 0 };
  const kernel = { flowNotStored: amount, eventsLost: 0 };
  const failures = failure === undefined ? [] : [{ rung: 'packet', reason: failure } as const];
  return healthChecks({
    rung: { rung: 'packet', text: '', failures, isChosen: false },
    capture: () => capture as ReturnType<HealthSources['capture']>,
    kernel: () => kernel as ReturnType<HealthSources['kernel']>,
    history: () => ({ state: failure === undefined ? 'ok' : 'broken', text: '', remedy: failure }),
    whyUncounted: () => failure,
    isInboundJudged: () => amount > 0,
    ruleProblems: () => amount,
    netfilter: () => ({ restored: amount, failure }),
    cuts: () => ({ cut: 0, notCut: amount }),
    packetSockets: () => ({
      name: 'packet-sockets',
      state: amount === 0 ? 'ok' : 'degraded',
      text: '',
      remedy: failure,
    }),
  });
}

describe('a finding', () => {
  test('of the agent is known by its code, well or not, and so is what to do', () => {
    for (const checks of [checksOf(0, undefined), checksOf(3, 'a failure')])
      for (const check of checks) {
        const { title, remedy } = healthWords(check);
        assert.ok(title !== undefined, `${check.name} ${check.state}`);
        const isOwnRemedy = check.name === 'history';
        assert.equal(remedy !== undefined, check.remedy !== undefined && !isOwnRemedy, check.name);
      }
    assert.ok(healthWords({ name: 'history', state: 'degraded' }).title);
  });

  test('of another version is told in the agent’s own words', () => {
    for (const name of ['gravity', 'toString', '', 'bpf.degraded'])
      assert.deepEqual(healthWords({ name, state: 'broken' }), { title: undefined, remedy: undefined });
  });
});
