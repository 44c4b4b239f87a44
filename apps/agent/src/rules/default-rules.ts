// The rules that Sallyport ships: ordinary, visible files that are copied once. A person's deletion or edit is never undone.
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { writeFileAtomically } from './atomic-file.ts';

const SHIPPED = fileURLToPath(new URL('defaults', import.meta.url));
const RECORD = 'installed-defaults.json';
const recordSchema = z.array(z.string());

export interface InstallDefaultsOptions {
  readonly directory: string;
  /** Where it is remembered which files were installed before. */
  readonly stateDirectory: string;
}

/** Copies the shipped rules that were never installed; returns their file names. Throws the system's error. */
export function installDefaults({ directory, stateDirectory }: InstallDefaultsOptions): readonly string[] {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
  const before = installedBefore(stateDirectory);
  const missing = readdirSync(SHIPPED)
    .filter((name) => !before.has(name))
    .sort();
  const installed = missing.filter((name) => !existsSync(join(directory, name)));
  for (const name of installed) {
    writeFileAtomically(directory, name, { text: readFileSync(join(SHIPPED, name), 'utf8'), durable: true });
  }
  if (missing.length > 0) {
    const text = `${JSON.stringify([...before, ...missing])}\n`;
    writeFileAtomically(stateDirectory, RECORD, { text, durable: true });
  }
  return installed;
}

/** Throws where the record is damaged: to guess would bring back rules that a person deleted. */
function installedBefore(stateDirectory: string): ReadonlySet<string> {
  const path = join(stateDirectory, RECORD);
  if (!existsSync(path)) return new Set();
  try {
    return new Set(recordSchema.parse(JSON.parse(readFileSync(path, 'utf8'))));
  } catch (error) {
    throw new Error(`${path} is damaged: remove it to install the shipped rules again`, { cause: error });
  }
}
