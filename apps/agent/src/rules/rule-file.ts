// Reads one rule file from disk: only a small enough regular file that nobody but the agent's user can change.
import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, readdirSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { join } from 'node:path';
import type { TextProblem } from './rule-document.ts';

export const LARGEST_FILE_BYTES = 16 * 2 ** 20;
/** A file's times move in steps of up to 10 ms: one that changed a moment ago may change again without a trace. */
const SETTLED_AFTER_MS = 100;

/** Which version of a file this is, as far as its metadata tell. */
export interface FileStamp {
  readonly text: string;
  /** Whether an equal stamp proves equal content. */
  readonly isSettled: boolean;
  readonly modifiedAtMs: number;
}

export type FileReading =
  | { readonly kind: 'text'; readonly text: string; readonly stamp: FileStamp }
  | { readonly kind: 'refused'; readonly problem: TextProblem; readonly stamp: FileStamp | undefined }
  | { readonly kind: 'missing' };

/** Names of the rule files in a directory in order, or why the directory cannot be used. */
export type DirectoryReading =
  | { readonly kind: 'names'; readonly names: readonly string[]; readonly ignored: readonly string[] }
  | { readonly kind: 'refused'; readonly reason: string };

export function readRuleDirectory(directory: string): DirectoryReading {
  try {
    const stats = lstatSync(directory, { bigint: true });
    const reason = stats.isDirectory() ? ownershipProblem(stats, directory) : notADirectory(directory);
    if (reason !== undefined) return { kind: 'refused', reason };
    const names = readdirSync(directory).filter((name) => !name.startsWith('.'));
    const isRuleFile = (name: string): boolean => name.endsWith('.yaml') && !name.includes('\ufffd');
    const looksLikeOne = (name: string): boolean => !isRuleFile(name) && /\.ya?ml$/i.test(name);
    return { kind: 'names', names: names.filter(isRuleFile).sort(), ignored: names.filter(looksLikeOne) };
  } catch (error) {
    const { message } = error as Error;
    return { kind: 'refused', reason: `cannot be read (${message}): restore the directory ${directory}` };
  }
}

function notADirectory(directory: string): string {
  return `is not a directory (symbolic links are not followed): make ${directory} a directory`;
}

/** Stamp of the file that is there now, without reading it. */
export function stampOf(path: string): FileStamp | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && fileStamp(stats);
}

export function readRuleFile(directory: string, name: string): FileReading {
  const path = join(directory, name);
  try {
    // Non-blocking, so that a named pipe cannot hold the agent up.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return readOpen(descriptor, path);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return openFailure(error as NodeJS.ErrnoException, path);
  }
}

function openFailure(error: NodeJS.ErrnoException, path: string): FileReading {
  if (error.code === 'ENOENT') return { kind: 'missing' };
  const reason =
    error.code === 'ELOOP'
      ? `is a symbolic link, which is not followed: replace it by a copy of the file`
      : `cannot be read: ${error.message}`;
  return { kind: 'refused', problem: { reason }, stamp: stampOf(path) };
}

function readOpen(descriptor: number, path: string): FileReading {
  const stats = fstatSync(descriptor, { bigint: true });
  const stamp = fileStamp(stats);
  const reason = fileProblem(stats, path);
  if (reason !== undefined) return { kind: 'refused', problem: { reason }, stamp };
  const bytes = readAll(descriptor, Number(stats.size));
  if (bytes === undefined) return { kind: 'refused', problem: { reason: tooLarge() }, stamp };
  if (isUtf8(bytes)) return { kind: 'text', text: bytes.toString('utf8'), stamp };
  return { kind: 'refused', problem: notUtf8(bytes), stamp };
}

function fileProblem(stats: BigIntStats, path: string): string | undefined {
  if (!stats.isFile()) return 'is not a regular file: remove it from the directory of rules';
  if (stats.size > LARGEST_FILE_BYTES) return tooLarge();
  return ownershipProblem(stats, path);
}

function tooLarge(): string {
  return `is larger than ${LARGEST_FILE_BYTES / 2 ** 20} MiB: split it into several files`;
}

/** Whoever can write rules decides what is let through. */
function ownershipProblem(stats: BigIntStats, path: string): string | undefined {
  const uid = process.getuid?.() ?? 0;
  if (stats.uid !== BigInt(uid)) {
    return `belongs to user ${stats.uid} and not to ${uid}: run chown ${uid} ${shellWord(path)}`;
  }
  if ((stats.mode & 0o022n) === 0n) return undefined;
  return `can be written by others (mode ${(stats.mode & 0o777n).toString(8)}): run chmod go-w ${shellWord(path)}`;
}

function shellWord(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

/** Undefined where the file grew beyond the limit meanwhile. */
function readAll(descriptor: number, expectedBytes: number): Buffer | undefined {
  const chunks: Buffer[] = [];
  let length = 0;
  for (;;) {
    const chunk = Buffer.allocUnsafe(Math.max(expectedBytes - length, 0) + 1024);
    const count = readSync(descriptor, chunk);
    if (count === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, count));
    length += count;
    if (length > LARGEST_FILE_BYTES) return undefined;
  }
}

function notUtf8(bytes: Buffer): TextProblem {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    if (!isUtf8(bytes.subarray(start, end))) break;
    start = end + 1;
  }
  return { line, column: 1, reason: 'is not UTF-8 text on this line: save the file as UTF-8' };
}

function fileStamp(stats: BigIntStats): FileStamp {
  const changedAtMs = Number(stats.ctimeMs);
  return {
    text: [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs, stats.mode, stats.uid].join(' '),
    isSettled: Math.abs(Date.now() - changedAtMs) > SETTLED_AFTER_MS,
    modifiedAtMs: Number(stats.mtimeMs),
  };
}
