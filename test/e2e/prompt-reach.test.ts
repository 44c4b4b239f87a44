// How far an answer reaches, chosen by a person on the card: the network around the address, and this user alone. Real curl, real agent;
// the rule is what was chosen, and decides about the next curl.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Rule } from '../../apps/desktop/src/shared/model.ts';
import { needsBrowser } from './browser.ts';
import { startSurroundings } from './surroundings.ts';
import type { Surroundings } from './surroundings.ts';

const ARMED = ':not([aria-disabled="true"])';

describe('an answer on the card', { skip: needsBrowser, timeout: 120_000 }, () => {
  let around: Surroundings;
  let page: Page;

  before(async () => {
    around = await startSurroundings();
    page = around.asking.page;
  });

  after(() => around[Symbol.asyncDispose]());

  /** Waits until the buttons are armed, as a person does. */
  const press = (action: 'allow' | 'deny'): Promise<void> =>
    page.locator(`[data-answer="${action}"]${ARMED}`).click();

  const madeRule = async (): Promise<Rule> => {
    const { rules } = await around.asking.until('the rule', (state) =>
      state.rules.some(({ origin }) => origin === 'prompt'),
    );
    const rule = rules.find(({ origin }) => origin === 'prompt');
    assert.ok(rule);
    return rule;
  };

  const forget = async ({ id }: Rule): Promise<void> => {
    await around.asking.call('deleteRule', { ruleId: id });
    await around.asking.until('the rule gone', (state) => state.rules.every((rule) => rule.id !== id));
  };

  test('for the network around the address lets the next curl through unasked', async () => {
    const curl = around.curl();
    const { flows } = await around.asking.prompt();
    const network = flows[0]?.endpoint.network;
    assert.ok(network?.startsWith('1.2.'), network);
    await page.getByRole('radio', { name: `network ${network}` }).check();
    // What curl is answered with would end with it.
    await page.getByLabel('Lasts').selectOption({ label: 'always' });
    await press('allow');
    assert.equal((await curl).exitCode, 0);
    const rule = await madeRule();
    assert.equal(rule.action, 'allow');
    assert.deepEqual(rule.matcher.addresses, [network]);
    assert.equal(rule.matcher.uid, undefined, 'for every user');
    assert.equal((await around.curl()).exitCode, 0, 'nobody was asked');
    assert.deepEqual((await around.asking.state()).prompts, []);
    await forget(rule);
  });

  test('for this user alone refuses the next curl of that user', async () => {
    const curl = around.curl();
    await around.asking.prompt();
    await page.getByLabel('Lasts').selectOption({ label: 'always' });
    await page.getByLabel('Users').selectOption({ label: 'for root only' });
    await press('deny');
    assert.equal((await curl).exitCode, 7);
    const rule = await madeRule();
    assert.deepEqual([rule.action, rule.matcher.uid, rule.lifetime.kind], ['deny', 0, 'always']);
    assert.equal((await around.curl()).exitCode, 7, 'the rule refuses');
    assert.deepEqual((await around.asking.state()).prompts, []);
    await forget(rule);
    assert.deepEqual(around.asking.faults, []);
    assert.deepEqual(around.browser.outside, []);
  });
});
