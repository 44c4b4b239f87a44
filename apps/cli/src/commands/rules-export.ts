// `sallyport rules export`: the stored rules as YAML that import reads again.
import { writeFileSync } from 'node:fs';
import type { Command } from '../command.ts';
import { jsonDocument } from '../document.ts';
import { CommandFailure } from '../exit-codes.ts';
import { isStoredRule, writeRuleFile } from '../rule-file.ts';
import { safeText } from '../view/safe-text.ts';
import { counted } from '../view/time.ts';

export const rulesExport: Command = {
  words: ['rules', 'export'],
  summary: 'write the rules as YAML',
  positionals: [{ name: 'FILE', required: false, completes: 'file' }],
  options: {},
  details: [
    'To stdout without FILE. Rules that end with their program or with the firewall are left out.',
    'FILE is never written over.',
  ],
  json: '{rules: Rule[]}, or {file, rules: count} with FILE',
  run: async (context, input) => {
    const listed = await context.connect().listRules({});
    const rules = listed.rules.filter(isStoredRule);
    const [file] = input.positionals;
    if (file !== undefined) save(file, writeRuleFile(rules));
    else if (!context.json) context.print(writeRuleFile(rules).trimEnd());
    if (context.json)
      context.print(jsonDocument(file === undefined ? { rules } : { file, rules: rules.length }));
    else if (file !== undefined)
      context.print(`${counted(rules.length, 'rule')} written to ${safeText(file)}.`);
    const leftOut = listed.rules.length - rules.length;
    if (leftOut > 0) context.warn(`${counted(leftOut, 'temporary rule')} left out.`);
    return 0;
  },
};

function save(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o644 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailure('refused', `Could not write ${safeText(file)}: ${safeText(reason)}`, { cause });
  }
}
