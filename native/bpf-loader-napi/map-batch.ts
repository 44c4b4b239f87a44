// Many map elements at a time: one system call where kernel and map type can, else one for each element.
import { BpfError, errorNumbers } from './errors.ts';
import type { BatchAnswer, NativeMap } from './native.ts';

export interface MapEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

interface MapShape {
  readonly name: string;
  readonly keySize: number;
  readonly valueBytes: number;
  readonly maxEntries: number;
  readonly type: string;
  keys(): Iterable<Buffer>;
  lookup(key: Uint8Array): Buffer | undefined;
  delete(key: Uint8Array): boolean;
}

const firstChunkEntries = 1024;

export function readAllEntries(map: MapShape, native: NativeMap): readonly MapEntry[] {
  return readByBatch(map, native) ?? readByKey(map);
}

function readByKey(map: MapShape): readonly MapEntry[] {
  const entries: MapEntry[] = [];
  for (const key of map.keys()) {
    const value = map.lookup(key);
    if (value !== undefined) entries.push({ key, value });
  }
  return entries;
}

interface Chunk {
  readonly keys: Buffer;
  readonly values: Buffer;
  readonly entries: number;
}

function allocateChunk(map: MapShape, entries: number): Chunk {
  return {
    keys: Buffer.alloc(entries * map.keySize),
    values: Buffer.alloc(entries * map.valueBytes),
    entries,
  };
}

/** Undefined where this map has no batch read. */
function readByBatch(map: MapShape, native: NativeMap): readonly MapEntry[] | undefined {
  const entries: MapEntry[] = [];
  let position: Buffer | undefined;
  let chunkEntries = Math.min(map.maxEntries, firstChunkEntries);
  for (;;) {
    const chunk = allocateChunk(map, chunkEntries);
    const next = Buffer.alloc(Math.max(map.keySize, 4));
    const [status, count] = native.lookupBatch(position, next, chunk.keys, chunk.values, chunk.entries);
    // A bucket of a hash map that does not fit as a whole is not begun: read it again with more room.
    if (status === -errorNumbers.ENOSPC) {
      chunkEntries *= 2;
      continue;
    }
    if (status < 0 && status !== -errorNumbers.ENOENT) return unlessFailed(map, status);
    appendEntries(entries, map, { ...chunk, entries: count });
    if (status === -errorNumbers.ENOENT || count === 0) return entries;
    position = next;
  }
}

function unlessFailed(map: MapShape, status: number): undefined {
  if (hasNoBatch(status)) return undefined;
  throw new BpfError({ operation: 'mapLookupBatch', tried: `read all of map ${map.name}` }, -status);
}

/** EINVAL is what kernels before 5.6 say to the unknown command, ENOTSUPP what later ones say for a type without batches. */
function hasNoBatch(status: number): boolean {
  return [errorNumbers.ENOTSUPP, errorNumbers.EOPNOTSUPP, errorNumbers.EINVAL].some(
    (errno) => status === -errno,
  );
}

function appendEntries(entries: MapEntry[], map: MapShape, chunk: Chunk): void {
  for (let index = 0; index < chunk.entries; index++) {
    const key = chunk.keys.subarray(index * map.keySize, (index + 1) * map.keySize);
    const value = chunk.values.subarray(index * map.valueBytes, (index + 1) * map.valueBytes);
    entries.push({ key, value });
  }
}

interface UpdateTarget {
  readonly map: MapShape;
  readonly native: NativeMap;
  readonly flags: number;
}

export function updateAll({ map, native, flags }: UpdateTarget, entries: readonly MapEntry[]): void {
  if (entries.length === 0) return;
  const keys = Buffer.concat(entries.map((entry) => entry.key));
  const values = Buffer.concat(entries.map((entry) => entry.value));
  const [status, count]: BatchAnswer = native.updateBatch(keys, values, entries.length, flags);
  if (status >= 0) return;
  if (hasNoBatch(status)) return updateEach({ map, native, flags }, entries);
  throw new BpfError(
    { operation: 'mapUpdateBatch', tried: `update map ${map.name} (element ${count})` },
    -status,
  );
}

function updateEach({ map, native, flags }: UpdateTarget, entries: readonly MapEntry[]): void {
  for (const { key, value } of entries) {
    const status = native.update(key, value, flags);
    if (status < 0) throw new BpfError({ operation: 'mapUpdate', tried: `update map ${map.name}` }, -status);
  }
}

export function deleteAll(map: MapShape, native: NativeMap, keys: readonly Uint8Array[]): number {
  let deleted = 0;
  let done = 0;
  while (done < keys.length) {
    const rest = keys.slice(done);
    const [status, count] = native.deleteBatch(Buffer.concat(rest), rest.length);
    if (hasNoBatch(status)) return deleted + rest.filter((key) => map.delete(key)).length;
    deleted += count;
    done += count;
    if (status >= 0) continue;
    if (status !== -errorNumbers.ENOENT) {
      throw new BpfError({ operation: 'mapDeleteBatch', tried: `delete from map ${map.name}` }, -status);
    }
    done += 1; // the kernel stopped at a key that does not exist
  }
  return deleted;
}
