// What an answer is about: the choice on the card, the flows it covers, and the rule of a question that is over.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DAY, HOUR } from '../../shared/answer-options.ts';
import type { Prompt } from '../../shared/model.ts';
import { appOf, flowOf, promptOf } from '../../test-support/samples.ts';
import { cardModel } from './card-model.ts';
import type { CardModel, Picked } from './card-model.ts';
import { lifetimesOfWithdrawn, ruleForNextTry } from './withdrawn-answer.ts';

const FLOWS = [flowOf('1.2.3.4', 443), flowOf('1.2.3.4', 80), flowOf('5.6.7.8', 443)];
const PROMPT = promptOf({ app: appOf('/usr/bin/firefox'), flows: FLOWS });

function modelOf(prompt: Prompt, picked?: Partial<Picked>, isWithdrawn = false): CardModel {
  const own = picked && { promptId: prompt.id, alongIds: new Set<string>(), ...picked };
  const model = cardModel({ prompt, isWithdrawn, gaveUp: [] }, own);
  assert.ok(model !== undefined);
  return model;
}

describe('an answer', () => {
  test('is about the flows that the scope covers, and those that were ticked', () => {
    assert.deepEqual(modelOf(PROMPT).answeredIds, ['1.2.3.4-443']);
    assert.deepEqual(modelOf(PROMPT, { choice: { scope: 'address', lifetime: HOUR } }).answeredIds, [
      '1.2.3.4-443',
      '1.2.3.4-80',
    ]);
    const along = modelOf(PROMPT, { alongIds: new Set(['5.6.7.8-443', 'gone']) });
    assert.deepEqual(along.answeredIds, ['1.2.3.4-443', '5.6.7.8-443']);
  });

  test('keeps what was chosen for this card, as far as it is still offered', () => {
    const choice = { scope: 'port', lifetime: { kind: 'once' } } as const;
    assert.deepEqual(modelOf(PROMPT, { choice }).choice, choice);
    assert.deepEqual(modelOf(PROMPT, { choice, promptId: 'another' }).choice, {
      scope: 'endpoint',
      lifetime: HOUR,
    });
    const missed = modelOf({ ...PROMPT, missed: true }, { choice });
    assert.deepEqual(missed.choice, { scope: 'port', lifetime: HOUR });
  });

  test('is for a whole container with a lifetime that has no process, and only while there is one', () => {
    const app = appOf('/memfd', { identity: 'memfd', mayCarryLastingRule: false });
    const elsewhere = promptOf({ app });
    const prompt = { ...elsewhere, container: 'container:docker/web' };
    const process = { kind: 'process', withChildren: false } as const;
    const choice = { scope: 'app', lifetime: process, forContainer: true } as const;
    assert.deepEqual(modelOf(prompt).choice, { scope: 'endpoint', lifetime: process });
    assert.deepEqual(modelOf(prompt, { choice }).choice, { ...choice, lifetime: HOUR });
    assert.deepEqual(modelOf(elsewhere, { choice }).choice, { ...choice, forContainer: false });
  });

  test('of a card without flows is none', () =>
    assert.equal(
      cardModel({ prompt: { ...PROMPT, flows: [] }, isWithdrawn: false, gaveUp: [] }, undefined),
      undefined,
    ));
});

describe('a question whose program gave up', () => {
  test('takes lifetimes that need no waiting flow', () => {
    assert.deepEqual(lifetimesOfWithdrawn(PROMPT), [HOUR, DAY, { kind: 'restart' }, { kind: 'always' }]);
    assert.ok(modelOf(PROMPT, undefined, true).isAnswerable);
  });

  test('cannot be answered where the App may carry no rule', () => {
    const app = appOf('/memfd', { identity: 'memfd', mayCarryLastingRule: false });
    assert.ok(!modelOf({ ...PROMPT, app }, undefined, true).isAnswerable);
  });

  test('becomes a rule that reaches exactly as far as was said', () => {
    const answer = { action: 'allow', scope: 'endpoint', lifetime: HOUR } as const;
    const bound = { app: '/usr/bin/firefox', direction: 'out' };
    const none = { protocols: [], addresses: [], ports: [] };
    const port = [{ from: 443, to: 443 }];
    assert.deepEqual(ruleForNextTry(PROMPT, answer, 1000), {
      enabled: true,
      action: 'allow',
      priority: 0,
      matcher: { ...bound, protocols: ['tcp'], addresses: ['1.2.3.4'], ports: port },
      lifetime: { kind: 'until', untilMs: 3_601_000 },
      note: '',
    });
    const matcher = (scope: 'address' | 'port' | 'app'): unknown =>
      ruleForNextTry(PROMPT, { ...answer, scope }, 0)?.matcher;
    assert.deepEqual(matcher('address'), { ...bound, ...none, addresses: ['1.2.3.4'] });
    assert.deepEqual(matcher('port'), { ...bound, ...none, protocols: ['tcp'], ports: port });
    assert.deepEqual(matcher('app'), { ...bound, ...none });
    assert.equal(ruleForNextTry(PROMPT, { ...answer, lifetime: { kind: 'once' } }, 0), undefined);
  });

  test('reaches the network that the agent proposed, for the user who ran it alone', () => {
    const endpoint = { address: '1.2.3.4', port: 443, network: '1.2.3.0/24' };
    const prompt = promptOf({ flows: [flowOf('1.2.3.4', 443, { endpoint })] });
    const answer = { action: 'deny', scope: 'network', lifetime: HOUR, ownUserOnly: true } as const;
    const { app, ...matcher } = ruleForNextTry(prompt, answer, 0)?.matcher ?? {};
    assert.equal(app, prompt.app.id);
    const none = { protocols: [], ports: [] };
    assert.deepEqual(matcher, { ...none, uid: 1000, direction: 'out', addresses: ['1.2.3.0/24'] });
  });

  test('is for the whole container where that was said', () => {
    const prompt = promptOf({ flows: FLOWS, container: 'container:docker/web' });
    const choice = { scope: 'port', lifetime: HOUR, forContainer: true } as const;
    const { app, ports } = ruleForNextTry(prompt, { action: 'deny', ...choice }, 0)?.matcher ?? {};
    assert.deepEqual([app, ports], ['container:docker/web', [{ from: 443, to: 443 }]]);
    const own = { ...choice, forContainer: false };
    assert.equal(ruleForNextTry(prompt, { action: 'deny', ...own }, 0)?.matcher.app, prompt.app.id);
    assert.deepEqual(modelOf(prompt, { choice }, true).lifetimes, [
      HOUR,
      DAY,
      { kind: 'restart' },
      { kind: 'always' },
    ]);
  });

  test('has no ports in the rule of a protocol without ports', () => {
    const prompt = promptOf({ flows: [flowOf('1.2.3.4', 0, { protocol: 'icmp' })] });
    const rule = ruleForNextTry(prompt, { action: 'deny', scope: 'endpoint', lifetime: HOUR }, 0);
    assert.deepEqual(rule?.matcher.ports, []);
  });
});
