// What a command is: one record from which parsing, help and completion derive. The records are in commands/table.ts.
import type { FirewallClient } from '@sallyport/proto';
import type { Style } from './view/style.ts';

export interface OptionSpec {
  readonly kind: 'flag' | 'value' | 'list';
  readonly summary: string;
  /** What stands for the value in help, e.g. `PATH`. */
  readonly placeholder?: string;
  /** The only values that are accepted. */
  readonly choices?: readonly string[];
  /** Values offered by completion without refusing others. */
  readonly suggestions?: readonly string[];
  readonly completes?: 'file';
  readonly short?: string;
}

export interface PositionalSpec {
  readonly name: string;
  readonly required: boolean;
  readonly many?: boolean;
  readonly choices?: readonly string[];
  readonly suggestions?: readonly string[];
  readonly completes?: 'file';
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export interface Command {
  /** e.g. `['rules', 'add']`. */
  readonly words: readonly string[];
  readonly summary: string;
  readonly positionals: readonly PositionalSpec[];
  readonly options: OptionSpecs;
  /** Paragraphs for the help of this command. */
  readonly details?: readonly string[];
  /** The document that `--json` prints, in a sentence. */
  readonly json?: string;
  readonly examples?: readonly string[];
  readonly run: (context: CommandContext, input: CommandInput) => Promise<number>;
}

/** What was typed, checked against the command's record. */
export interface CommandInput {
  readonly positionals: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

export interface CommandContext {
  readonly json: boolean;
  readonly style: Style;
  /** Width of the terminal in columns; 80 where there is none. */
  readonly columns: number;
  readonly socketPath: string;
  readonly nowMs: () => number;
  /** Writes one line to stdout. */
  readonly print: (line: string) => void;
  /** Writes one line to stderr. */
  readonly warn: (line: string) => void;
  /** A client of the agent; closed when the command ends. Its calls reject with a FirewallError. */
  readonly connect: () => FirewallClient;
  /** Aborted by SIGINT, SIGTERM, SIGHUP and by a reader of stdout that went away. */
  readonly stop: AbortSignal;
}
