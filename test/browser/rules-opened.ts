// The Rules page with a host that the test plays: opened, looked at, and closed without troubles.
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import type { Rule, RuleUse } from '../../apps/desktop/src/shared/model.ts';
import type { OpenOptions, OpenPage, TestBrowser } from './browser.ts';
import { USES, withRules } from './rule-samples.ts';

export async function openRules(
  browser: TestBrowser,
  options: Partial<OpenOptions> & { readonly uses?: readonly RuleUse[] } = {},
): Promise<OpenPage> {
  const { uses = USES, changes = withRules(), ...rest } = options;
  const opened = await browser.open({
    page: 'main',
    fragment: '#/rules',
    changes: [],
    width: 1366,
    height: 768,
    ...rest,
  });
  await opened.page.evaluate((list) => {
    globalThis.testPage.fakeDesktop.answers.listRuleUses = { ok: true, value: { uses: list } };
  }, uses);
  await opened.tell(...changes);
  return opened;
}

/** What axe finds, one line each. */
export async function findings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => {
    const { axe: checker } = globalThis as unknown as { readonly axe: typeof axe };
    return checker.run(document);
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.failureSummary ?? node.html}`),
  );
}

export interface MadeCall {
  readonly name: string;
  readonly argument: unknown;
}

/** What was asked of the host, besides how often rules were used. */
export async function calls(page: Page): Promise<readonly MadeCall[]> {
  const made = await page.evaluate(() => globalThis.testPage.fakeDesktop.calls);
  return made.filter(({ name }) => name !== 'listRuleUses');
}

/** What the host answers to putRule from now on; the agent tells the change as well. */
export async function letPut(page: Page, rule: Rule): Promise<void> {
  await page.evaluate((value) => {
    globalThis.testPage.fakeDesktop.answers.putRule = { ok: true, value };
  }, rule);
}

export function row(page: Page, id: string): ReturnType<Page['locator']> {
  return page.locator(`[data-rule="${id}"]`);
}
