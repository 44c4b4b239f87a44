// `sallyport prompts`: the card in a terminal; without a terminal, questions as lines and never an answer.
import type { Command, CommandContext, CommandInput } from '../command.ts';
import { LIFETIME_SUGGESTIONS, SCOPES, parseLifetime } from '../arguments/reach.ts';
import { jsonLine } from '../document.ts';
import { wrongUsage } from '../exit-codes.ts';
import { SAFE_PRESELECTION } from '../prompts/card.ts';
import type { Preselection } from '../prompts/card.ts';
import { runSession } from '../prompts/session.ts';
import { openTerminal } from '../prompts/terminal.ts';
import { eventLine } from '../view/history.ts';
import { followEvents } from './follow-events.ts';

export const prompts: Command = {
  words: ['prompts'],
  summary: 'answer questions in this terminal',
  positionals: [],
  options: {
    scope: {
      kind: 'value',
      choices: SCOPES,
      summary: 'what is preselected as the reach of an answer; endpoint unless given',
    },
    for: {
      kind: 'value',
      placeholder: 'LIFETIME',
      suggestions: LIFETIME_SUGGESTIONS,
      summary:
        'what is preselected as its lifetime: once, process, tree, restart, always or a duration; 1h unless given',
    },
  },
  details: [
    'Keys: a allow and d deny for the lifetime shown, A allow and D deny for always; s scope, t lifetime, o every user or only the one who runs the program, c this program or every program in its container, w all waiting flows of the card; ? details, n next card, l or Esc later, u undo the last answer, q quit. Return never answers.',
    'A key counts only when the card has been on the screen for 0.7 seconds without other keys; earlier ones are discarded. A card that changes starts anew.',
    'Without a terminal, or with --json, questions are printed as lines and nothing is ever answered: see prompts answer.',
  ],
  json: 'one line for each event: WatchEvent with event snapshot, prompt or promptClosed; {event: "disconnected", reason}',
  run: async (context, input) => {
    const preselection = preselectionOf(input);
    const isInteractive = !context.json && process.stdin.isTTY && process.stdout.isTTY;
    return isInteractive ? await interactive(context, preselection) : await printed(context);
  },
};

function preselectionOf(input: CommandInput): Preselection {
  const scope = SCOPES.find((name) => name === input.values.get('scope')) ?? SAFE_PRESELECTION.scope;
  const term = input.values.get('for');
  const lifetime = term === undefined ? SAFE_PRESELECTION.lifetime : parseLifetime(term, '--for');
  if (scope === 'app' && lifetime.kind === 'always')
    throw wrongUsage(
      '"Anything, always" is never preselected.',
      'Choose it on the card: s for the scope, then A or D.',
    );
  return { scope, lifetime };
}

async function interactive(context: CommandContext, preselection: Preselection): Promise<number> {
  const log = await runSession({
    client: context.connect(),
    openTerminal: (listener) => openTerminal(process.stdin, process.stdout, listener),
    style: context.style,
    nowMs: () => performance.timeOrigin + performance.now(),
    preselection,
    stop: context.stop,
  });
  log.forEach(context.print);
  return 0;
}

const PROMPT_EVENTS: ReadonlySet<string | undefined> = new Set(['snapshot', 'prompt', 'promptClosed']);

async function printed(context: CommandContext): Promise<number> {
  await followEvents(context, {
    history: false,
    event: (event) => {
      if (!PROMPT_EVENTS.has(event.event)) return;
      if (context.json) context.print(jsonLine(event));
      else printEvent(context, event);
    },
  });
  return 0;
}

function printEvent(context: CommandContext, event: Parameters<typeof eventLine>[0]): void {
  const view = { style: context.style, nowMs: context.nowMs() };
  const line = eventLine(event, view);
  if (line !== undefined) context.print(line);
  if (event.event !== 'snapshot') return;
  for (const prompt of event.snapshot.prompts) printEvent(context, { event: 'prompt', prompt });
}
