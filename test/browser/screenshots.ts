// `npm run screenshots`: the windows in docs/screenshots/, from the built pages in the real browser. Written again only after
// a change of looks; Inter and a Chinese font (fonts-inter, fonts-wqy-microhei on Debian) make them look as on a current desktop.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { appOf } from '../../apps/desktop/src/test-support/samples.ts';
import { startBrowser } from './browser.ts';
import type { OpenOptions } from './browser.ts';
import { agentChanges, LAPTOP, missedPrompts, prepareHistory, prepareStatus } from './main-window.ts';
import { NOW_PICTURES } from './now-pictures.ts';
import { RULE_PICTURES } from './rule-pictures.ts';
import { appPrompt, asking, curlPrompt, EXAMPLE_FLOW, sisterFlows } from './questions.ts';

interface Screenshot extends OpenOptions {
  readonly name: string;
  readonly act?: (page: Page) => Promise<void>;
}

process.env['FONTCONFIG_FILE'] = join(import.meta.dirname, 'fonts.conf');
const FOLDER = join(import.meta.dirname, '../../docs/screenshots');
const ARMED = '[data-answer="allow"]:not([aria-disabled="true"])';

const stack = asking(
  curlPrompt({ flows: [EXAMPLE_FLOW, ...sisterFlows()] }),
  appPrompt('firefox'),
  appPrompt('thunderbird'),
);
const lookAlike = curlPrompt({
  missed: true,
  app: appOf('/tmp/\u202egnp.updater', { name: 'fir\u0435fox\u200b-updater' }),
});

const SCREENSHOTS: readonly Screenshot[] = [
  { name: 'prompt-light', changes: stack },
  { name: 'prompt-dark', changes: stack, look: { colorScheme: 'dark' } },
  { name: 'prompt-contrast', changes: stack, look: { forcedColors: 'active', colorScheme: 'dark' } },
  { name: 'prompt-chinese', changes: stack, language: 'zh-Hans' },
  {
    name: 'prompt-details',
    changes: stack,
    look: { colorScheme: 'dark' },
    act: (page) => page.getByRole('button', { name: 'Details' }).click(),
  },
  { name: 'prompt-danger', changes: asking(lookAlike) },
  { name: 'prompt-undo', changes: stack, act: answered },
  { name: 'prompt-empty', changes: asking() },
  ...mainWindow('history', {
    prepare: prepareHistory,
    act: (page) => page.locator('[data-row]').nth(2).click(),
  }),
  ...mainWindow('missed', { prepare: prepareStatus }),
  ...mainWindow('settings', { prepare: prepareStatus }),
  ...(['light', 'dark'] as const).map((colorScheme) => ({
    ...{ ...LAPTOP, name: `main-welcome-${colorScheme}`, changes: agentChanges(), fragment: '#/history' },
    ...{ preferences: { isWelcomed: false }, prepare: prepareHistory, look: { colorScheme } },
  })),
  ...RULE_PICTURES,
  ...NOW_PICTURES,
];

/** A page of the main window in both looks. */
function mainWindow(name: string, options: Pick<Screenshot, 'prepare' | 'act'>): readonly Screenshot[] {
  const changes = agentChanges({ prompts: missedPrompts() });
  return (['light', 'dark'] as const).map((colorScheme) => ({
    ...{ ...LAPTOP, ...options, name: `main-${name}-${colorScheme}`, changes, fragment: `#/${name}` },
    look: { colorScheme },
  }));
}

await mkdir(FOLDER, { recursive: true });
await using browser = await startBrowser();
const [wanted = ''] = process.argv.slice(2);
for (const screenshot of SCREENSHOTS) if (screenshot.name.startsWith(wanted)) await take(screenshot);

async function take({ name, act, ...options }: Screenshot): Promise<void> {
  const { page } = await browser.open(options);
  if (name.startsWith('main-')) await page.waitForSelector('[data-entry], [data-missed], table');
  else if (options.page !== 'main' && name !== 'prompt-empty') await page.waitForSelector(ARMED);
  await act?.(page);
  await page.mouse.move(1, 1);
  await page.waitForTimeout(1500);
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  await page.close();
  console.log(`docs/screenshots/${name}.png`);
}

async function answered(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { fakeDesktop } = globalThis.testPage;
    const undoUntilMs = Date.now() + 15_000;
    fakeDesktop.answers.decide = {
      ok: true,
      value: { rules: [], flowsAnswered: 1, undoToken: 't', undoUntilMs },
    };
  });
  await page.keyboard.press('a');
  await page.evaluate(() =>
    globalThis.testPage.fakeDesktop.tell({ kind: 'prompt-closed', promptId: 'p-1', reason: 'decided' }),
  );
}
