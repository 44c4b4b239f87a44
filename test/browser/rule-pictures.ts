// The Rules page as it is shown in docs/screenshots.
import type { Page } from 'playwright-core';
import type { OpenOptions } from './browser.ts';
import { PROBLEM, RULES, USES, withRules } from './rule-samples.ts';
import { row } from './rules-opened.ts';

interface Picture extends OpenOptions {
  readonly name: string;
  readonly act: (page: Page) => Promise<void>;
}

const PAGE = { page: 'main', fragment: '#/rules', width: 1366, height: 768, changes: [] } as const;

export const RULE_PICTURES: readonly Picture[] = [
  { ...PAGE, name: 'rules-light', act: showRules },
  { ...PAGE, name: 'rules-dark', look: { colorScheme: 'dark' }, act: showProblem },
  { ...PAGE, name: 'rules-edit', act: editAddress },
  { ...PAGE, name: 'rules-edit-dark', look: { colorScheme: 'dark' }, act: editAddress },
  { ...PAGE, name: 'rules-selected', act: selectTwo },
  { ...PAGE, name: 'rules-chinese', language: 'zh-Hans', act: showRules },
];

async function tell(page: Page, changes: ReturnType<typeof withRules>): Promise<void> {
  await page.evaluate(
    ({ uses, told }) => {
      const { fakeDesktop } = globalThis.testPage;
      fakeDesktop.answers.listRuleUses = { ok: true, value: { uses } };
      fakeDesktop.tell(...told);
    },
    { uses: USES, told: changes },
  );
  await row(page, 'default-dns').waitFor();
}

function showRules(page: Page): Promise<void> {
  return tell(page, withRules());
}

function showProblem(page: Page): Promise<void> {
  return tell(page, withRules(RULES, [PROBLEM]));
}

async function editAddress(page: Page): Promise<void> {
  await showRules(page);
  await row(page, 'curl-443').getByRole('button', { name: '93.184.215.14' }).click();
}

async function selectTwo(page: Page): Promise<void> {
  await showRules(page);
  for (const id of ['curl-443', 'curl-mail']) await row(page, id).locator('[data-control="select"]').check();
}
