// The command line of the web shell.
import { parseArgs } from 'node:util';

export interface WebOptions {
  /** 0 for a free one. */
  readonly port: number;
  /** Open an app window of an installed browser, and end when it is closed. */
  readonly open: boolean;
  readonly json: boolean;
  readonly socketPath: string | undefined;
}

/** A text where the words cannot be understood. */
export function parseOptions(words: readonly string[]): WebOptions | string {
  try {
    const { values } = parseArgs({ args: [...words], options: OPTIONS });
    const port = values.port ?? '0';
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) return `"${port}" is not a port: 1 to 65535.`;
    const { open = false, json = false, socket } = values;
    return { port: Number(port), open, json, socketPath: socket };
  } catch (failure) {
    return failure instanceof Error ? failure.message : String(failure);
  }
}

const OPTIONS = {
  port: { type: 'string' },
  open: { type: 'boolean' },
  json: { type: 'boolean' },
  socket: { type: 'string' },
} as const;
