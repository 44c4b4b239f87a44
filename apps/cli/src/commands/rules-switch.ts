// `sallyport rules enable` and `rules disable`: keeps a rule but switches it.
import type { Command } from '../command.ts';
import { jsonDocument } from '../document.ts';
import { ruleSentence } from '../view/rule.ts';
import { safeText } from '../view/safe-text.ts';

export const rulesEnable = switchCommand('enable', true);
export const rulesDisable = switchCommand('disable', false);

function switchCommand(word: string, enabled: boolean): Command {
  return {
    words: ['rules', word],
    summary: enabled ? 'switch a rule on' : 'switch a rule off without removing it',
    positionals: [{ name: 'ID', required: true }],
    options: {},
    json: '{rule: Rule}',
    run: async (context, input) => {
      const [id = ''] = input.positionals;
      const response = await context.connect().setRuleEnabled({ id, enabled });
      if (context.json) context.print(jsonDocument(response));
      else if (response.rule !== undefined)
        context.print(`Rule ${safeText(response.rule.id)}: ${ruleSentence(response.rule, context.nowMs())}`);
      return 0;
    },
  };
}
