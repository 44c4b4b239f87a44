// The file of a person's preferences: read with care, written in one step, never through a name that somebody else could have put there.
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';

const FOLDER = 'sallyport';
const NAME = 'desktop.json';
const MOST_BYTES = 64 * 1024;

export type FileContent =
  | { readonly kind: 'none' }
  | { readonly kind: 'fields'; readonly fields: Readonly<Record<string, unknown>> }
  /** `what`: why, for a person. */
  | { readonly kind: 'unreadable'; readonly what: string };

/**
 * Where the preferences of this process's user are. After `sudo`, HOME and XDG_CONFIG_HOME may name another person's folders: root
 * would leave files there that they cannot change, so a folder counts only where it is the user's own.
 */
export function preferencesPath(environment: Readonly<Record<string, string | undefined>>): string {
  const home = ownFolder(environment['HOME']) ?? userInfo().homedir;
  const config = ownFolder(environment['XDG_CONFIG_HOME']) ?? join(home, '.config');
  return join(config, FOLDER, NAME);
}

/** The folder, if it is absolute and it, or what it will be made in, belongs to this user. */
function ownFolder(path: string | undefined): string | undefined {
  if (path === undefined || !isAbsolute(path)) return undefined;
  let existing = path;
  for (;;) {
    const found = statSync(existing, { throwIfNoEntry: false });
    if (found !== undefined) return found.uid === process.getuid?.() ? path : undefined;
    if (existing === dirname(existing)) return undefined;
    existing = dirname(existing);
  }
}

/** The file behind a link: people who keep their settings elsewhere keep their link. */
export function fileBehind(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

export function readContent(file: string): FileContent {
  try {
    const text = readRegular(file);
    if (text === undefined) return { kind: 'unreadable', what: 'it is no file of a few lines' };
    const content: unknown = JSON.parse(text);
    return isRecord(content)
      ? { kind: 'fields', fields: content }
      : { kind: 'unreadable', what: 'it does not hold one JSON object' };
  } catch (failure) {
    if (codeOf(failure) === 'ENOENT') return { kind: 'none' };
    return { kind: 'unreadable', what: failure instanceof Error ? failure.message : String(failure) };
  }
}

/** A pipe must not hold us up, and a huge file not fill the memory. */
function readRegular(file: string): string | undefined {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { size, ...stats } = fstatSync(descriptor);
    const isRegular = (stats.mode & constants.S_IFMT) === constants.S_IFREG;
    return isRegular && size <= MOST_BYTES ? readFileSync(descriptor, 'utf8') : undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** What could not be read before is kept beside it as `.unreadable`. Throws where it cannot be written; then nothing has changed. */
export function writeContent(file: string, content: Readonly<Record<string, unknown>>): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const unfinished = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.new`;
  try {
    writeAll(unfinished, `${JSON.stringify(content, undefined, 2)}\n`);
    if (readContent(file).kind === 'unreadable') renameSync(file, `${file}.unreadable`);
    renameSync(unfinished, file);
  } catch (failure) {
    rmSync(unfinished, { force: true });
    throw failure;
  }
}

function writeAll(file: string, text: string): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function codeOf(failure: unknown): unknown {
  return failure instanceof Error && 'code' in failure ? failure.code : undefined;
}
