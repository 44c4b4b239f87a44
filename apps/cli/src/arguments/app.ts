// Which App somebody means: rules name the file that the kernel runs, never a link to it.
import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { wrongUsage } from '../exit-codes.ts';

export interface NamedApp {
  /** Identity as rules have it. */
  readonly id: string;
  /** What was understood where it is not what was typed. */
  readonly note: string | undefined;
}

const OTHER_IDENTITY = /^(?:deleted:|memfd:|container:[^:]+(?::\/|$)|mnt-\d+:\/|inode:\d+:\d+:\d+$|unknown$)/;

/** `/usr/bin/curl`, `curl` (looked up in PATH), or an identity such as `deleted:/tmp/x`. Throws wrong usage. */
export function parseApp(text: string, option: string, path = process.env['PATH'] ?? ''): NamedApp {
  if (OTHER_IDENTITY.test(text)) return { id: text, note: undefined };
  if (isAbsolute(text)) return resolved(text, text);
  const found = text.includes('/') ? undefined : findInPath(text, path);
  if (found !== undefined) return resolved(text, found);
  throw wrongUsage(
    `${option}: there is no program "${text}" in PATH.`,
    'Give the absolute path of its file, as a prompt or the history shows it.',
  );
}

function resolved(typed: string, path: string): NamedApp {
  try {
    const real = realpathSync(path);
    return { id: real, note: real === typed ? undefined : `${typed} is ${real}; the rule names that file.` };
  } catch {
    return { id: path, note: `There is no file ${path} now; the rule waits for it.` };
  }
}

function findInPath(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter(isAbsolute)
    .map((directory) => join(directory, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
