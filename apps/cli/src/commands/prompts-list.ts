// `sallyport prompts list`: what waits, and what was missed, at this moment.
import type { Command } from '../command.ts';
import { jsonDocument } from '../document.ts';
import { takeSnapshot } from '../snapshot.ts';
import { promptLine } from '../view/history.ts';

export const promptsList: Command = {
  words: ['prompts', 'list'],
  summary: 'list open and missed questions',
  positionals: [],
  options: {},
  json: '{prompts: Prompt[]}',
  run: async (context) => {
    const { prompts } = await takeSnapshot(context.connect(), context.stop);
    if (context.json) context.print(jsonDocument({ prompts }));
    else if (prompts.length === 0) context.print('No question is waiting.');
    else for (const prompt of prompts) context.print(promptLine(prompt, context.nowMs()));
    return 0;
  },
};
