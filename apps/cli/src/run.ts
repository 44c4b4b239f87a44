// One run of the command line: parse, do, and turn every failure into a sentence and an exit status.
import { lstatSync } from 'node:fs';
import { connectFirewall, FirewallError, socketPathFrom } from '@sallyport/proto';
import type { FirewallClient, FirewallErrorKind } from '@sallyport/proto';
import { leadingOptions, parseInvocation } from './arguments/parse.ts';
import type { Invocation } from './arguments/parse.ts';
import type { CommandContext, CommandInput } from './command.ts';
import { helpLines } from './commands/help.ts';
import { COMMANDS } from './commands/table.ts';
import { jsonLine } from './document.ts';
import { CommandFailure, EXIT_CODES } from './exit-codes.ts';
import type { ExitName } from './exit-codes.ts';
import { safeText } from './view/safe-text.ts';
import { chooseStyle } from './view/style.ts';

/** What a run needs of the process around it. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
  /** Undefined where stdout is no terminal. */
  readonly columns: number | undefined;
  /** Without the line's end. */
  readonly print: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly stop: AbortSignal;
}

/** Resolves with the exit status; rejects only for a fault of this program. */
export async function run(typed: readonly string[], surroundings: Surroundings): Promise<number> {
  const wantsJson = typed.includes('--json');
  try {
    return await perform(parseInvocation(withHelp(typed), COMMANDS), surroundings);
  } catch (failure) {
    const known = knownFailure(failure);
    if (known === undefined) throw failure;
    tell(known, wantsJson, surroundings);
    return EXIT_CODES[known.exit].code;
  }
}

/** No command at all, `sallyport --help` and `sallyport rules --help` ask for help, `sallyport --version` for the version. */
function withHelp(typed: readonly string[]): readonly string[] {
  const wordsAt = leadingOptions(typed);
  const words = typed.slice(wordsAt);
  const before = typed.slice(0, wordsAt).filter((word) => !['--help', '-h', '--version'].includes(word));
  if (words.length === 0) return [...before, typed.includes('--version') ? 'version' : 'help'];
  const isHelp = typed.includes('--help') || typed.includes('-h');
  const isCommand = COMMANDS.some((command) => command.words.every((word, index) => words[index] === word));
  return isHelp && !isCommand ? ['help', ...words.filter((word) => !word.startsWith('-'))] : typed;
}

async function perform({ command, input }: Invocation, surroundings: Surroundings): Promise<number> {
  const clients: FirewallClient[] = [];
  const context = contextOf(input, surroundings, clients);
  if (input.flags.has('help')) {
    helpLines(COMMANDS, command.words, context).forEach(context.print);
    return EXIT_CODES.done.code;
  }
  try {
    return await command.run(context, input);
  } finally {
    clients.forEach((client) => client.close());
  }
}

function contextOf(
  input: CommandInput,
  surroundings: Surroundings,
  clients: FirewallClient[],
): CommandContext {
  const { environment, isTerminal } = surroundings;
  const given = input.values.get('socket');
  const socketPath = socketPathFrom(given, environment);
  return {
    json: input.flags.has('json'),
    style: chooseStyle({ isTerminal, noColorOption: input.flags.has('no-color'), environment }),
    columns: surroundings.columns ?? 80,
    socketPath,
    nowMs: Date.now,
    print: surroundings.print,
    warn: surroundings.warn,
    connect: () => {
      const client = connectFirewall({ socketPath, ownerUid: ownerOf(given) });
      clients.push(client);
      return client;
    },
    stop: surroundings.stop,
  };
}

/** A socket that somebody names on the command line and owns themselves is theirs to trust; every other one must be root's. */
function ownerOf(given: string | undefined): number {
  const own = process.getuid?.() ?? 0;
  if (given === undefined) return 0;
  return lstatSync(given, { throwIfNoEntry: false })?.uid === own ? own : 0;
}

const EXITS: Readonly<Record<FirewallErrorKind, ExitName>> = {
  unavailable: 'unreachable',
  timeout: 'unreachable',
  'not-permitted': 'notPermitted',
  'unsafe-socket': 'notPermitted',
  'not-found': 'notFound',
  invalid: 'refused',
  refused: 'refused',
  limit: 'refused',
  cancelled: 'refused',
  unsupported: 'refused',
  changed: 'refused',
  internal: 'refused',
};

interface KnownFailure {
  readonly exit: ExitName;
  readonly message: string;
  readonly remedy: string | undefined;
}

function knownFailure(failure: unknown): KnownFailure | undefined {
  if (failure instanceof CommandFailure) return failure;
  if (!(failure instanceof FirewallError)) return undefined;
  return { exit: EXITS[failure.kind], message: failure.message, remedy: undefined };
}

function tell({ exit, message, remedy }: KnownFailure, wantsJson: boolean, surroundings: Surroundings): void {
  if (wantsJson)
    surroundings.print(jsonLine({ error: { exit: EXIT_CODES[exit].code, kind: exit, message, remedy } }));
  else {
    surroundings.warn(safeText(message));
    if (remedy !== undefined) surroundings.warn(safeText(remedy));
  }
}
