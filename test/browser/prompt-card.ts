// What the tests of the prompt window do with a card: wait until it takes an answer, and read what was sent.
import type { Page } from 'playwright-core';
import type { Decision } from '../../apps/desktop/src/shared/desktop-api.ts';

export const ARMED = '[data-answer="allow"]:not([aria-disabled="true"])';

export async function armed(page: Page): Promise<void> {
  await page.waitForSelector(ARMED, { timeout: 5000 });
}

export function calls(page: Page): Promise<readonly { readonly name: string; readonly argument: unknown }[]> {
  return page.evaluate(() => globalThis.testPage.fakeDesktop.calls);
}

export async function decisions(page: Page): Promise<readonly Decision[]> {
  const made = (await calls(page)).filter(({ name }) => name === 'decide');
  return made.map(({ argument }) => argument as Decision);
}

export function letAnswer(page: Page): Promise<void> {
  return page.evaluate(() => {
    const { answers } = globalThis.testPage.fakeDesktop;
    const undoUntilMs = Date.now() + 15_000;
    answers.decide = {
      ok: true,
      value: { rules: [], flowsAnswered: 1, undoToken: 'token-1', undoUntilMs },
    };
    answers.undo = { ok: true, value: { rulesRemoved: 1, flowsEnded: 1 } };
  });
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
