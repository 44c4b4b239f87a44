// `sallyport undo`: takes an answer back by the token that it returned.
import type { Command } from '../command.ts';
import { jsonDocument } from '../document.ts';
import { counted } from '../view/time.ts';

export const undo: Command = {
  words: ['undo'],
  summary: 'take an answer back: removes its rules and ends the flows that it let through',
  positionals: [{ name: 'TOKEN', required: true }],
  options: {},
  details: [
    'The token is printed by prompts answer and is good for a short while. Later, rules remove does it.',
  ],
  json: '{rulesRemoved, flowsEnded}',
  run: async (context, input) => {
    const undone = await context.connect().undoDecision({ undoToken: input.positionals[0] ?? '' });
    if (context.json) context.print(jsonDocument(undone));
    else
      context.print(
        `Taken back: ${counted(undone.rulesRemoved, 'rule')} removed, ${counted(undone.flowsEnded, 'flow')} ended.`,
      );
    return 0;
  },
};
