// The command table as completion scripts need it: what may follow which words.
import { GLOBAL_OPTIONS } from '../arguments/parse.ts';
import type { Command, OptionSpec } from '../command.ts';

export interface Candidate {
  readonly word: string;
  readonly summary: string;
}

export interface Context {
  /** Words before the cursor that are not options, e.g. `rules add`; empty at the beginning. */
  readonly path: string;
  readonly candidates: readonly Candidate[];
}

export interface CompletedOption {
  /** Words of the command; empty for global options. */
  readonly path: string;
  readonly name: string;
  readonly spec: OptionSpec;
  /** Values to offer. */
  readonly values: readonly string[];
}

/** Each place where a command word is expected, with the words that fit. */
export function wordContexts(table: readonly Command[]): readonly Context[] {
  const paths = new Map<string, Map<string, string>>();
  for (const command of table) {
    command.words.forEach((word, index) => {
      const path = command.words.slice(0, index).join(' ');
      const isLast = index === command.words.length - 1;
      const words = paths.get(path) ?? new Map<string, string>();
      words.set(word, isLast ? command.summary : (words.get(word) ?? ''));
      paths.set(path, words);
    });
  }
  return [...paths].map(([path, words]) => ({
    path,
    candidates: [...words].map(([word, summary]) => ({
      word,
      summary: summary || familySummary(path, word),
    })),
  }));
}

function familySummary(path: string, word: string): string {
  return path === '' ? `commands about ${word}` : word;
}

/** Fixed words that a command takes as its first argument. */
export function positionalContexts(table: readonly Command[]): readonly Context[] {
  return table.flatMap((command) =>
    command.positionals.slice(0, 1).flatMap((spec) => {
      const words = spec.choices ?? spec.suggestions ?? [];
      const candidates = words.map((word) => ({ word, summary: '' }));
      return words.length === 0 ? [] : [{ path: command.words.join(' '), candidates }];
    }),
  );
}

/** Commands whose arguments are files. */
export function filePaths(table: readonly Command[]): readonly string[] {
  return table
    .filter((command) => command.positionals.some((spec) => spec.completes === 'file'))
    .map((command) => command.words.join(' '));
}

/** Every option of every command, the longest command words first so that the first match is the right one. */
export function completedOptions(table: readonly Command[]): readonly CompletedOption[] {
  const own = table
    .toSorted((left, right) => right.words.length - left.words.length)
    .flatMap((command) => optionsOf(command.words.join(' '), command.options));
  return [...own, ...optionsOf('', GLOBAL_OPTIONS)];
}

function optionsOf(path: string, options: Command['options']): readonly CompletedOption[] {
  return Object.entries(options).map(([name, spec]) => ({
    path,
    name,
    spec,
    values: spec.choices ?? spec.suggestions ?? [],
  }));
}

/** A text in single quotes for bash and zsh. */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
