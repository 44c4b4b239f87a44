// What the exit status of every command means. The help text and README.md list the same table, and a test compares them.

export const EXIT_CODES = {
  done: { code: 0, meaning: 'done' },
  refused: { code: 1, meaning: 'refused or failed; the message says why' },
  usage: { code: 2, meaning: 'wrong usage: unknown command or option, missing or unreadable value' },
  unreachable: { code: 3, meaning: 'the firewall agent cannot be reached' },
  notPermitted: { code: 4, meaning: 'not permitted: only root and the group sallyport may do this' },
  notFound: { code: 5, meaning: 'no such rule, prompt or answer' },
  unwell: { code: 6, meaning: 'doctor found something that needs attention' },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>;

export type ExitName = keyof typeof EXIT_CODES;

/** An expected end of a command: a sentence for the person and the exit status for the script. */
export class CommandFailure extends Error {
  readonly exit: ExitName;
  /** What to do about it; undefined where the message says everything. */
  readonly remedy: string | undefined;

  constructor(exit: ExitName, message: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'CommandFailure';
    this.exit = exit;
    this.remedy = options.remedy;
  }
}

/** A failure with exit status 2. */
export function wrongUsage(message: string, remedy?: string): CommandFailure {
  return new CommandFailure('usage', message, remedy === undefined ? {} : { remedy });
}
