// `sallyport status`: what is in force and what waits, on one screen.
import type { Command } from '../command.ts';
import { jsonDocument } from '../document.ts';
import { statusLines } from '../view/status.ts';

export const status: Command = {
  words: ['status'],
  summary: 'what is in force, what waits, and what to do next',
  positionals: [],
  options: {},
  details: ['Fits on one screen. The last lines say what to do if something is wrong; doctor says more.'],
  json: 'the message Status',
  run: async (context) => {
    const found = await context.connect().getStatus({});
    if (context.json) context.print(jsonDocument(found));
    else for (const line of statusLines(found, { ...context, nowMs: context.nowMs() })) context.print(line);
    return 0;
  },
};
