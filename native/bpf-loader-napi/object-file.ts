// Reads an object file, and who could have written it.
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

export interface ObjectFile {
  readonly bytes: Buffer;
  /** A file that others may write is loaded in rehearsal first, because a damaged one crashes libbpf. */
  readonly onlyRootWrites: boolean;
}

const writableByGroupOrOthers = 0o022;

export function readObjectFile(path: string): ObjectFile {
  const fd = openSync(path, 'r');
  try {
    const { uid, mode } = fstatSync(fd);
    return { bytes: readFileSync(fd), onlyRootWrites: uid === 0 && (mode & writableByGroupOrOthers) === 0 };
  } finally {
    closeSync(fd);
  }
}
