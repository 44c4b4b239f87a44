// `sallyport watch`: what happens, one line each.
import type { Command } from '../command.ts';
import { jsonLine } from '../document.ts';
import { eventLine } from '../view/history.ts';
import { followEvents } from './follow-events.ts';

export const watch: Command = {
  words: ['watch'],
  summary: 'what happens, one line each, until it is stopped',
  positionals: [],
  options: {
    history: { kind: 'flag', summary: 'every decided flow as well' },
    traffic: { kind: 'flag', summary: 'what open flows carry as well, each second in which it changed' },
  },
  details: ['Follows the agent through its restarts and says when the connection is lost.'],
  json: 'one line for each WatchEvent, its kind in the field event; {event: "disconnected", reason} when the agent is away',
  run: async (context, input) => {
    await followEvents(context, {
      history: input.flags.has('history'),
      traffic: input.flags.has('traffic'),
      event: (event) => {
        const line = context.json
          ? jsonLine(event)
          : eventLine(event, { style: context.style, nowMs: context.nowMs() });
        // An event of a later version, which this one cannot name.
        if (line !== undefined && event.event !== undefined) context.print(line);
      },
    });
    return 0;
  },
};
