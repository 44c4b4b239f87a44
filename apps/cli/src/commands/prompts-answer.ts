// `sallyport prompts answer`: one answer, for scripts.
import { wireLifetime, wireScope } from '@sallyport/proto';
import type { DecideResponse, Prompt } from '@sallyport/proto';
import type { Command, CommandContext, CommandInput } from '../command.ts';
import { LIFETIME_SUGGESTIONS, SCOPES, parseLifetime } from '../arguments/reach.ts';
import { jsonDocument } from '../document.ts';
import { CommandFailure, EXIT_CODES } from '../exit-codes.ts';
import { coveredFlows, isAboutPackets } from '../prompts/card.ts';
import { findPrompt, takeSnapshot } from '../snapshot.ts';
import { safeWord } from '../view/safe-text.ts';
import { counted } from '../view/time.ts';
import { answerText, unstoredText } from '../view/words.ts';

export const promptsAnswer: Command = {
  words: ['prompts', 'answer'],
  summary: 'answer one question, for scripts',
  positionals: [
    { name: 'ID', required: true },
    { name: 'allow|deny', required: true, choices: ['allow', 'deny'] },
  ],
  options: {
    scope: { kind: 'value', choices: SCOPES, summary: 'how far the answer reaches; endpoint unless given' },
    for: {
      kind: 'value',
      placeholder: 'LIFETIME',
      suggestions: LIFETIME_SUGGESTIONS,
      summary:
        'once, process, tree, restart, always or a duration such as 1h; once unless given, or 1h for a missed question or a container',
    },
    flow: {
      kind: 'list',
      placeholder: 'ID',
      summary: 'answer only this waiting flow; may be given more than once',
    },
    'own-user': {
      kind: 'flag',
      summary: 'make the rule for the user who runs the program alone; for every user unless given',
    },
    container: {
      kind: 'flag',
      summary:
        'make the rule for every program in the container, which must have a name; for the program unless given',
    },
    all: {
      kind: 'flag',
      summary: 'answer all waiting flows of the question, not only those that the scope covers',
    },
  },
  json: '{prompt: id, rules: Rule[], flowsAnswered, undoToken, undoUntilMs, notStored?: {text, diskFull}}',
  details: [
    'Where the waiting flows were answered and the rule could not be stored, it says so and the exit status is 1.',
  ],
  examples: [
    'sallyport prompts answer p17 allow --for 1h',
    'sallyport prompts answer p17 deny --scope app --for always',
    'sallyport prompts answer p17 allow --container --scope port --for 1d',
  ],
  run: async (context, input) => {
    const client = context.connect();
    const [id = '', word = ''] = input.positionals;
    const answer = reachOf(input);
    const prompt = findPrompt(await takeSnapshot(client, context.stop), id);
    const whose = { ownUserOnly: input.flags.has('own-user'), forContainer: input.flags.has('container') };
    const isForNextTry = prompt.missed || isAboutPackets(prompt) || whose.forContainer;
    const lifetime = answer.lifetime ?? (isForNextTry ? ONE_HOUR : ({ kind: 'once' } as const));
    const flowIds = flowIdsOf(prompt, answer.scope, input);
    const response = await client.decide({
      promptId: id,
      action: word === 'allow' ? 'ACTION_ALLOW' : 'ACTION_DENY',
      scope: wireScope(answer.scope),
      lifetime: wireLifetime(lifetime),
      ...whose,
      flowIds,
      revision: prompt.revision,
    });
    const action = word === 'allow' ? 'allow' : 'deny';
    const others = flowIds.length - 1;
    report(context, {
      prompt,
      response,
      text: answerText({
        ...{ prompt, action, scope: answer.scope, lifetime, ...whose, others },
        nowMs: context.nowMs(),
      }),
    });
    return response.notStored === undefined ? EXIT_CODES.done.code : EXIT_CODES.refused.code;
  },
};

const ONE_HOUR = { kind: 'duration', durationMs: 3_600_000 } as const;

function reachOf(input: CommandInput): {
  readonly scope: (typeof SCOPES)[number];
  readonly lifetime: ReturnType<typeof parseLifetime> | undefined;
} {
  const term = input.values.get('for');
  return {
    scope: SCOPES.find((name) => name === input.values.get('scope')) ?? 'endpoint',
    lifetime: term === undefined ? undefined : parseLifetime(term, '--for'),
  };
}

/** Always named one by one: a flow that joins the card meanwhile is not answered by accident. */
function flowIdsOf(prompt: Prompt, scope: (typeof SCOPES)[number], input: CommandInput): readonly string[] {
  const named = input.lists.get('flow') ?? [];
  const unknown = named.find((id) => !prompt.flows.some((flow) => flow.id === id));
  if (unknown !== undefined)
    throw new CommandFailure(
      'notFound',
      `Prompt ${safeWord(prompt.id)} has no waiting flow ${safeWord(unknown)}.`,
    );
  if (named.length > 0) return named;
  return (input.flags.has('all') ? prompt.flows : coveredFlows(prompt, scope)).map((flow) => flow.id);
}

interface Answered {
  readonly prompt: Prompt;
  readonly response: DecideResponse;
  readonly text: string;
}

function report(context: CommandContext, { prompt, response, text }: Answered): void {
  if (context.json) {
    context.print(jsonDocument({ prompt: prompt.id, ...response }));
    return;
  }
  const unstored = unstoredText(response);
  if (unstored === undefined)
    context.print(`${text} ${counted(response.flowsAnswered, 'waiting flow')} answered.`);
  else context.warn(unstored);
  if (response.undoToken !== '')
    context.print(`sallyport undo ${safeWord(response.undoToken)} takes it back.`);
}
