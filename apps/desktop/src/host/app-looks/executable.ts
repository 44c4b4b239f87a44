// The file that a name or path in an entry really leads to: a compiled program, by its real path. Scripts are wrappers, and say nothing of
// the program that will connect in the end.
import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { readBeginning } from '../small-file.ts';

const ELF = Buffer.from('\x7fELF', 'latin1');
const LONGEST_PATH = 4096;

export type FindExecutable = (program: string) => Promise<string | undefined>;

/** Remembers what it found, so one is made for each reading of the entries. */
export function executableFinder(folders: readonly string[]): FindExecutable {
  const found = new Map<string, Promise<string | undefined>>();
  return (program) => {
    const known = found.get(program) ?? find(program, folders);
    found.set(program, known);
    return known;
  };
}

/** The real path of what would be started, whatever it is. */
export async function startedBy(program: string, folders: readonly string[]): Promise<string | undefined> {
  if (program.length > LONGEST_PATH || program.includes('\0')) return undefined;
  if (program.includes('/')) return isAbsolute(program) ? runnable(program) : undefined;
  for (const folder of folders.filter(isAbsolute)) {
    const path = await runnable(join(folder, program));
    if (path !== undefined) return path;
  }
  return undefined;
}

async function find(program: string, folders: readonly string[]): Promise<string | undefined> {
  const path = await startedBy(program, folders);
  if (path === undefined) return undefined;
  return (await readBeginning(path, ELF.length)).equals(ELF) ? path : undefined;
}

async function runnable(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile() ? await realpath(path) : undefined;
  } catch {
    return undefined;
  }
}
