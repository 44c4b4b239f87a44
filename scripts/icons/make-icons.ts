// `npm run icons`: every icon from gate.svg, drawn by Chromium. The files are committed; written again after a change of the drawing.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ICONS, iconFile } from './icon-list.ts';
import type { IconWanted } from './icon-list.ts';

const HOME = join(import.meta.dirname, '../../apps/desktop/icons');
const SOURCE = readFileSync(join(HOME, 'gate.svg'), 'utf8');

function drawing({ state, panel, size }: IconWanted): string {
  const svg = SOURCE.replace(
    'data-state="app"',
    `data-state="${state}" data-panel="${panel ?? ''}" width="${size}" height="${size}"`,
  );
  return `<!doctype html><style>html,body{margin:0;background:none}svg{display:block}</style>${svg}`;
}

for (const folder of ['png', 'app']) mkdirSync(join(HOME, folder), { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const page = await browser.newPage();
for (const icon of ICONS) {
  await page.setViewportSize({ width: icon.size, height: icon.size });
  await page.setContent(drawing(icon));
  writeFileSync(join(HOME, iconFile(icon)), await page.screenshot({ omitBackground: true }));
}
await browser.close();
console.log(`${ICONS.length} icons in ${HOME}`);
