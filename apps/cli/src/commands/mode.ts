// `sallyport mode`: pausing, filtering again, and what happens to flows that no rule knows.
import type { SetModeRequest } from '@sallyport/proto';
import type { Command, CommandInput } from '../command.ts';
import { parseDuration } from '../arguments/time.ts';
import { jsonDocument } from '../document.ts';
import { wrongUsage } from '../exit-codes.ts';
import { modeText } from '../view/status.ts';

const CHANGES = ['filter', 'pause', 'ask', 'allow', 'deny'] as const;
const LONGEST_PAUSE_MS = 86_400_000;

export const mode: Command = {
  words: ['mode'],
  summary: 'pause, filter again, or say what happens to flows that no rule knows',
  positionals: [
    { name: CHANGES.join('|'), required: true, choices: CHANGES },
    { name: 'DURATION', required: false, suggestions: ['5m', '15m', '1h'] },
  ],
  options: {},
  details: [
    'filter: filter again at once. pause DURATION: let everything through for so long, at most a day; it is recorded.',
    'ask, allow, deny: what happens from now on to flows that no rule knows.',
  ],
  json: 'the message Mode',
  examples: ['sallyport mode pause 15m', 'sallyport mode filter', 'sallyport mode ask'],
  run: async (context, input) => {
    const now = await context.connect().setMode(changeOf(input));
    if (context.json) context.print(jsonDocument(now));
    else context.print(`Mode: ${modeText(now, context.nowMs())}.`);
    return 0;
  },
};

function changeOf(input: CommandInput): SetModeRequest {
  const [change, duration] = input.positionals;
  if (change !== 'pause' && duration !== undefined)
    throw wrongUsage(`"mode ${change ?? ''}" takes no duration.`);
  switch (change) {
    case 'filter':
      return { change: 'filter', filter: {} };
    case 'pause':
      return { change: 'pauseMs', pauseMs: pauseMs(duration) };
    case 'ask':
      return { change: 'unknownFlows', unknownFlows: 'UNKNOWN_FLOWS_ASK' };
    case 'allow':
      return { change: 'unknownFlows', unknownFlows: 'UNKNOWN_FLOWS_ALLOW' };
    default:
      return { change: 'unknownFlows', unknownFlows: 'UNKNOWN_FLOWS_DENY' };
  }
}

function pauseMs(duration: string | undefined): number {
  if (duration === undefined)
    throw wrongUsage('"mode pause" needs a duration.', 'For example: sallyport mode pause 15m');
  const ms = parseDuration(duration, 'mode pause');
  if (ms > LONGEST_PAUSE_MS) throw wrongUsage('A pause lasts at most a day (24h).');
  return ms;
}
