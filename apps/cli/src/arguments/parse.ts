// From typed words to a command and its checked input. Everything it knows comes from the command table.
import { parseArgs } from 'node:util';
import type { Command, CommandInput, OptionSpec, OptionSpecs, PositionalSpec } from '../command.ts';
import { wrongUsage } from '../exit-codes.ts';
import { suggestion } from './nearest.ts';

export interface Invocation {
  readonly command: Command;
  readonly input: CommandInput;
}

/** Options of every command. */
export const GLOBAL_OPTIONS: OptionSpecs = {
  json: { kind: 'flag', summary: 'print one JSON document, or one a line for streams' },
  socket: { kind: 'value', placeholder: 'PATH', completes: 'file', summary: "the agent's socket" },
  'no-color': { kind: 'flag', summary: 'no colour, as with NO_COLOR set' },
  help: { kind: 'flag', short: 'h', summary: 'show the help of the command' },
};

/** Finds the command and checks its options and values. Throws wrong usage that names what is wrong and the nearest right word. */
export function parseInvocation(typed: readonly string[], table: readonly Command[]): Invocation {
  const { command, rest } = findCommand(typed, table);
  const specs = { ...GLOBAL_OPTIONS, ...command.options };
  const { tokens } = parseArgs({ args: [...rest], options: optionTypes(specs), strict: false, tokens: true });
  const collected = collect(tokens, specs, command);
  if (!collected.flags.has('help')) checkPositionals(collected.positionals, command);
  return { command, input: collected };
}

/** The command whose words the typed ones begin with. Global options may stand before it. */
function findCommand(
  typed: readonly string[],
  table: readonly Command[],
): { readonly command: Command; readonly rest: readonly string[] } {
  const wordsAt = leadingOptions(typed);
  const words = typed.slice(wordsAt);
  const command = longestMatch(words, table);
  if (command === undefined) throw unknownCommand(words, table);
  return { command, rest: [...typed.slice(0, wordsAt), ...words.slice(command.words.length)] };
}

function longestMatch(words: readonly string[], table: readonly Command[]): Command | undefined {
  return table
    .filter((command) => command.words.every((word, index) => words[index] === word))
    .toSorted((left, right) => right.words.length - left.words.length)[0];
}

/** How many of the first words are global options with their values. */
export function leadingOptions(typed: readonly string[]): number {
  let index = 0;
  while (typed[index]?.startsWith('-') === true) {
    const takesNext = typed[index] === '--socket';
    index += takesNext ? 2 : 1;
  }
  return Math.min(index, typed.length);
}

function unknownCommand(words: readonly string[], table: readonly Command[]): Error {
  const [first = '', second] = words;
  const family = table.filter((command) => command.words[0] === first && command.words.length > 1);
  if (family.length === 0) {
    const known = [...new Set(table.map((command) => command.words[0] ?? ''))];
    return wrongUsage(
      `Unknown command "${first}".${suggestion(first, known)}`,
      'sallyport help lists the commands.',
    );
  }
  const known = family.map((command) => command.words[1] ?? '');
  const what =
    second === undefined ? `"${first}" needs one more word` : `Unknown command "${first} ${second}"`;
  return wrongUsage(
    `${what}: ${known.join(', ')}.${suggestion(second ?? '', known)}`,
    `sallyport help ${first} explains them.`,
  );
}

function optionTypes(
  specs: OptionSpecs,
): Record<string, { type: 'boolean' | 'string'; short?: string; multiple: true }> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      {
        type: spec.kind === 'flag' ? 'boolean' : 'string',
        multiple: true,
        ...(spec.short === undefined ? {} : { short: spec.short }),
      } as const,
    ]),
  );
}

interface OptionToken {
  readonly kind: 'option';
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}
type Token =
  | OptionToken
  | { readonly kind: 'positional'; readonly value: string }
  | { readonly kind: 'option-terminator' };

interface Collecting {
  readonly positionals: string[];
  readonly flags: Set<string>;
  readonly values: Map<string, string>;
  readonly lists: Map<string, string[]>;
}

function collect(tokens: readonly Token[], specs: OptionSpecs, command: Command): Collecting {
  const collecting: Collecting = { positionals: [], flags: new Set(), values: new Map(), lists: new Map() };
  for (const token of tokens) {
    if (token.kind === 'positional') collecting.positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (spec === undefined) throw unknownOption(token.rawName, specs, command);
    collectOption(token, spec, collecting);
  }
  return collecting;
}

function unknownOption(rawName: string, specs: OptionSpecs, command: Command): Error {
  const known = Object.keys(specs).map((name) => `--${name}`);
  return wrongUsage(
    `Unknown option ${rawName} of "${command.words.join(' ')}".${suggestion(rawName, known)}`,
    `sallyport help ${command.words.join(' ')} lists its options.`,
  );
}

function collectOption(token: OptionToken, spec: OptionSpec, collecting: Collecting): void {
  if (spec.kind === 'flag') {
    if (token.value !== undefined) throw wrongUsage(`${token.rawName} takes no value.`);
    collecting.flags.add(token.name);
    return;
  }
  const value = optionValue(token, spec);
  if (spec.kind === 'list')
    collecting.lists.set(token.name, [...(collecting.lists.get(token.name) ?? []), value]);
  else if (collecting.values.has(token.name)) throw wrongUsage(`${token.rawName} is given twice.`);
  else collecting.values.set(token.name, value);
}

function optionValue(token: OptionToken, spec: OptionSpec): string {
  const value = token.value;
  const looksLikeOption = token.inlineValue === false && value !== undefined && /^-[^\d]/.test(value);
  if (value === undefined || value === '' || looksLikeOption)
    throw wrongUsage(`${token.rawName} needs a value: ${token.rawName} ${placeholderOf(token.name, spec)}`);
  if (spec.choices !== undefined && !spec.choices.includes(value))
    throw wrongUsage(
      `${token.rawName}: "${value}" is not one of ${spec.choices.join(', ')}.${suggestion(value, spec.choices)}`,
    );
  return value;
}

/** What stands for an option's value in help. */
export function placeholderOf(name: string, spec: OptionSpec): string {
  return spec.placeholder ?? spec.choices?.join('|') ?? name.toUpperCase();
}

function checkPositionals(given: readonly string[], command: Command): void {
  const missing = command.positionals.find((spec, index) => spec.required && given[index] === undefined);
  if (missing !== undefined)
    throw wrongUsage(`"${command.words.join(' ')}" needs ${missing.name}.`, `Usage: ${usageLine(command)}`);
  const takesMany = command.positionals.at(-1)?.many === true;
  const extra = takesMany ? undefined : given[command.positionals.length];
  if (extra !== undefined)
    throw wrongUsage(
      `"${command.words.join(' ')}" does not take "${extra}".`,
      `Usage: ${usageLine(command)}`,
    );
  command.positionals.forEach((spec, index) => checkChoice(given[index], spec));
}

function checkChoice(value: string | undefined, spec: PositionalSpec): void {
  if (value === undefined || spec.choices === undefined || spec.choices.includes(value)) return;
  throw wrongUsage(`"${value}" is not one of ${spec.choices.join(', ')}.${suggestion(value, spec.choices)}`);
}

/** `sallyport rules add --allow|--deny ...` in one line. */
export function usageLine(command: Command): string {
  const positionals = command.positionals.map((spec) => {
    const name = spec.many === true ? `${spec.name}...` : spec.name;
    return spec.required ? name : `[${name}]`;
  });
  const options = Object.keys(command.options).length > 0 ? ['[options]'] : [];
  return ['sallyport', ...command.words, ...positionals, ...options].join(' ');
}
