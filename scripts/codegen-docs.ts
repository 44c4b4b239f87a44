// Writes the failure table into docs/security.md from apps/agent/src/domain/failure-policy.ts, so that the page says what the
// agent does. Everything outside of the two markers is written by hand.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { FAILURE_TABLE } from '../apps/agent/src/domain/failure-policy.ts';

const PAGE = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs/security.md');
const BEGIN = '<!-- failure table: begin -->';
const END = '<!-- failure table: end -->';

/** The generated file by absolute path. Throws where the page has lost its markers. */
export async function generate(): Promise<ReadonlyMap<string, string>> {
  const text = replaceTable(readFileSync(PAGE, 'utf8'));
  return new Map([[PAGE, await format(text, { ...(await resolveConfig(PAGE)), filepath: PAGE })]]);
}

function replaceTable(page: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin)
    throw new Error(`docs/security.md needs the lines ${BEGIN} and ${END}, in this order: put them back`);
  return `${page.slice(0, begin + BEGIN.length)}\n\n${failureTable()}\n\n${page.slice(end)}`;
}

function failureTable(): string {
  const names = Object.keys(FAILURE_TABLE).map((name) => `\`${name}\``);
  const rows = Object.values(FAILURE_TABLE).map(
    ({ when, standard, strict, then }) => `| ${when} | ${standard} | ${strict} | ${then} |`,
  );
  return [
    '| When | Standard | Strict | Then |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    `The names of these lines, from top to bottom: ${names.join(', ')}.`,
  ].join('\n');
}
