// Files that anybody may have put there, read with a limit: a regular file or nothing. No pipe holds us up, and no large file costs much.
import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface SmallFile {
  readonly content: Buffer;
  /** Root owns it, and nobody else may write it. */
  readonly isSystems: boolean;
}

/** Undefined where there is none, where it is larger, and where it may not be read. */
export async function readSmallFile(path: string, mostBytes: number): Promise<SmallFile | undefined> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const found = await file.stat();
    if (!found.isFile() || found.size > mostBytes) return undefined;
    // One more, to see whether it grew meanwhile.
    const buffer = Buffer.alloc(found.size + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    if (bytesRead > found.size) return undefined;
    return {
      content: buffer.subarray(0, bytesRead),
      isSystems: found.uid === 0 && (found.mode & 0o022) === 0,
    };
  } catch {
    return undefined;
  }
}

/** The first bytes of a file, whatever its size. */
export async function readBeginning(path: string, bytes: number): Promise<Buffer> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    if (!(await file.stat()).isFile()) return Buffer.alloc(0);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } catch {
    return Buffer.alloc(0);
  }
}

export interface Walk {
  readonly extension: string;
  readonly depth: number;
  readonly most: number;
}

/** Names of files below a folder, relative to it, in order. Links to folders are not followed, so that no walk is without end. */
export async function namesBelow(folder: string, walk: Walk): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names: string[] = [];
  for (const entry of entries.toSorted((left, right) => (left.name < right.name ? -1 : 1))) {
    if (names.length >= walk.most) break;
    if (!entry.isDirectory()) names.push(...(entry.name.endsWith(walk.extension) ? [entry.name] : []));
    else if (walk.depth > 1) names.push(...(await namesOfFolder(folder, entry.name, walk)));
  }
  return names.slice(0, walk.most);
}

async function namesOfFolder(folder: string, name: string, walk: Walk): Promise<readonly string[]> {
  const inside = await namesBelow(join(folder, name), { ...walk, depth: walk.depth - 1 });
  return inside.map((below) => join(name, below));
}
