// axe in a page: what it finds, one line each.
import axe from 'axe-core';
import type { Page } from 'playwright-core';

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
