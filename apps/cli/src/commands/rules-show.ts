// `sallyport rules show`: one rule with all its fields.
import type { Command } from '../command.ts';
import { jsonDocument } from '../document.ts';
import { CommandFailure } from '../exit-codes.ts';
import { suggestion } from '../arguments/nearest.ts';
import { ruleDetailLines } from '../view/rule.ts';
import { safeText, safeWord } from '../view/safe-text.ts';

export const rulesShow: Command = {
  words: ['rules', 'show'],
  summary: 'show one rule with all its fields',
  positionals: [{ name: 'ID', required: true }],
  options: {},
  json: 'the message Rule',
  run: async (context, input) => {
    const [id = ''] = input.positionals;
    const { rules } = await context.connect().listRules({});
    const rule = rules.find((candidate) => candidate.id === id);
    if (rule === undefined)
      throw noSuchRule(
        id,
        rules.map((candidate) => candidate.id),
      );
    if (context.json) context.print(jsonDocument(rule));
    else ruleDetailLines(rule, { ...context, nowMs: context.nowMs() }).forEach(context.print);
    return 0;
  },
};

/** Exit status 5, with the nearest id that exists. */
export function noSuchRule(id: string, known: readonly string[]): CommandFailure {
  const near = safeText(suggestion(id, known));
  return new CommandFailure('notFound', `There is no rule ${safeWord(id)}.${near}`, {
    remedy: 'sallyport rules list shows the ids.',
  });
}
