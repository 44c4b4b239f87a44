// Writes whole files so that after a crash or a full disk either the old or the new content is there, never a part.
import { closeSync, fsyncSync, openSync, readdirSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const TEMPORARY = /^\.sallyport-\d+-\d+\.tmp$/;

export interface WriteOptions {
  /** Wait until the disk has it. */
  readonly durable: boolean;
}

let temporaryCount = 0;

/** Mode 0600. Throws the system's error; then the old file is as it was and no temporary file is left. */
export function writeFileAtomically(
  directory: string,
  name: string,
  file: WriteOptions & { readonly text: string },
): void {
  temporaryCount += 1;
  const temporary = join(directory, `.sallyport-${process.pid}-${temporaryCount}.tmp`);
  try {
    writeNew(temporary, file);
    renameSync(temporary, join(directory, name));
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
  if (file.durable) syncDirectory(directory);
}

function writeNew(path: string, { text, durable }: WriteOptions & { readonly text: string }): void {
  const descriptor = openSync(path, 'wx', 0o600);
  try {
    const bytes = Buffer.from(text, 'utf8');
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    if (durable) fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Removes a file for good. Throws the system's error, also where there is no such file. */
export function removeFile(directory: string, name: string): void {
  unlinkSync(join(directory, name));
  syncDirectory(directory);
}

/** Removes a file that may be gone already. */
export function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Removes what a killed writer left behind. */
export function removeTemporaryFiles(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (TEMPORARY.test(name)) removeIfThere(join(directory, name));
  }
}
