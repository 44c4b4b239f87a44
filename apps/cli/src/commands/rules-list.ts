// `sallyport rules list`: every rule as a sentence, and every rule file that could not be used.
import type { Command } from '../command.ts';
import { jsonDocument } from '../document.ts';
import { problemLines, ruleListLines } from '../view/rule.ts';

export const rulesList: Command = {
  words: ['rules', 'list'],
  summary: 'list the rules as sentences',
  positionals: [],
  options: {},
  json: '{rules: Rule[], problems: RuleProblem[]}',
  run: async (context) => {
    const listed = await context.connect().listRules({});
    const view = { ...context, nowMs: context.nowMs() };
    if (context.json) context.print(jsonDocument(listed));
    else ruleListLines(listed.rules, view).forEach(context.print);
    problemLines(listed.problems, view).forEach(context.warn);
    return 0;
  },
};
