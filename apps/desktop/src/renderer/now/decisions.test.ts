// What would be decided now: asked once for each set of rules, a few at a time, and never shown of rules that are gone.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ExplainQuery, Explanation, Outcome } from '../../shared/desktop-api.ts';
import { until } from '../../../../agent/src/api/testing/serving.ts';
import { Decisions } from './decisions.ts';

function query(port: number): ExplainQuery {
  return { app: '/usr/bin/curl', uid: 1000, direction: 'out', protocol: 'tcp', address: '1.2.3.4', port };
}

function outcome(decided: Explanation['outcome']): Outcome<Explanation> {
  return { ok: true, value: { outcome: decided, beaten: [], consultedFields: [], text: '' } };
}

/** An agent that answers when the test says so. */
class Agent {
  readonly asked: ExplainQuery[] = [];
  readonly #answers: ((answer: Outcome<Explanation>) => void)[] = [];

  readonly explain = (asked: ExplainQuery): Promise<Outcome<Explanation>> => {
    this.asked.push(asked);
    return new Promise((resolve) => this.#answers.push(resolve));
  };

  async answer(decided: Explanation['outcome']): Promise<void> {
    this.#answers.shift()?.(outcome(decided));
    await nextTurn();
  }
}

describe('decisions', () => {
  test('are asked for once, and told when they are known', async () => {
    const agent = new Agent();
    const decisions = new Decisions(agent.explain);
    let told = 0;
    decisions.subscribe(() => (told += 1));
    const one = query(1);
    decisions.want([one]);
    decisions.want([one]);
    assert.equal(agent.asked.length, 1);
    assert.equal(decisions.of(one), undefined);
    await agent.answer('deny');
    assert.equal(decisions.of(one), 'deny');
    await until(() => told === 1);
  });

  test('are asked a few at a time', async () => {
    const agent = new Agent();
    const decisions = new Decisions(agent.explain);
    decisions.want(Array.from({ length: 9 }, (_, port) => query(port)));
    assert.equal(agent.asked.length, 4);
    await agent.answer('allow');
    assert.equal(agent.asked.length, 5);
  });

  test('are asked anew when the rules changed; an answer of before does not count', async () => {
    const agent = new Agent();
    const decisions = new Decisions(agent.explain);
    const one = query(1);
    decisions.want([one]);
    decisions.rulesChanged();
    await agent.answer('allow');
    assert.equal(decisions.of(one), undefined);
    decisions.want([one]);
    await agent.answer('deny');
    assert.equal(decisions.of(one), 'deny');
    decisions.rulesChanged();
    assert.equal(decisions.of(one), 'deny', 'what was known stays until the answer is there');
  });
});
