// One BPF map: lookups, changes, iteration. Keys and values are bytes; their layout is the caller's.
import { BpfError, check, checkNumber, errorNumbers } from './errors.ts';
import { deleteAll, readAllEntries, updateAll } from './map-batch.ts';
import type { MapEntry } from './map-batch.ts';
import { native } from './native.ts';
import type { NativeMap, NativeMapDescription } from './native.ts';
import { consumeRing } from './ring-buffer.ts';
import type { RingBufferConsumer } from './ring-buffer.ts';
import { mapTypeName } from './type-names.ts';
import type { MapType } from './type-names.ts';

/** Whether `update` may create, must create, or must find the element. */
export type UpdateMode = 'any' | 'noexist' | 'exist';

const updateFlags: Readonly<Record<UpdateMode, number>> = { any: 0, noexist: 1, exist: 2 };

export class BpfMap {
  readonly name: string;
  readonly id: number;
  readonly type: MapType;
  readonly keySize: number;
  /** Bytes of one value as declared. */
  readonly valueSize: number;
  /** Bytes that lookups give and updates take: for per-CPU maps the value, rounded up to 8, once for each possible CPU. */
  readonly valueBytes: number;
  readonly maxEntries: number;
  readonly #native: NativeMap;
  #ring: RingBufferConsumer | undefined;

  /** @internal `name`: the whole one from the object's source; the kernel keeps 15 characters. */
  constructor(map: NativeMap, name?: string) {
    const description = check(map.describe(), { operation: 'map', tried: 'describe a map' });
    this.#native = map;
    this.name = name ?? description.name;
    this.id = description.id;
    this.type = mapTypeName(description.type);
    this.keySize = description.keySize;
    this.valueSize = description.valueSize;
    this.valueBytes = description.valueBytes;
    this.maxEntries = description.maxEntries;
  }

  get fd(): number {
    const description: NativeMapDescription = check(this.#native.describe(), this.#attempt('mapFd', 'use'));
    return description.fd;
  }

  /** A copy of the value, or undefined where there is no such key. */
  lookup(key: Uint8Array): Buffer | undefined {
    const value = Buffer.alloc(this.valueBytes);
    return this.lookupInto(key, value) ? value : undefined;
  }

  /** Reads the value into `value`, which must have `valueBytes` bytes; false where there is no such key. Allocates nothing. */
  lookupInto(key: Uint8Array, value: Uint8Array): boolean {
    if (key.length !== this.keySize || value.length !== this.valueBytes) this.#refuseLengths(key, value);
    return this.#found(this.#native.lookup(key, value), 'lookup');
  }

  /** A per-CPU map's values, one Buffer of `valueSize` bytes for each possible CPU. */
  lookupPerCpu(key: Uint8Array): readonly Buffer[] | undefined {
    const all = this.lookup(key);
    if (all === undefined) return undefined;
    const stride = this.#isPerCpu() ? Math.ceil(this.valueSize / 8) * 8 : this.valueBytes;
    return Array.from({ length: all.length / stride }, (_, cpu) =>
      all.subarray(cpu * stride, cpu * stride + this.valueSize),
    );
  }

  /** @throws BpfError EEXIST, ENOENT by `mode`; E2BIG where the map is full. */
  update(key: Uint8Array, value: Uint8Array, mode: UpdateMode = 'any'): void {
    if (key.length !== this.keySize || value.length !== this.valueBytes) this.#refuseLengths(key, value);
    const status = this.#native.update(key, value, updateFlags[mode]);
    if (status < 0) throw new BpfError(this.#attempt('mapUpdate', 'update'), -status);
  }

  /** False where there is no such key. */
  delete(key: Uint8Array): boolean {
    if (key.length !== this.keySize) this.#refuseLengths(key);
    return this.#found(this.#native.remove(key), 'delete');
  }

  /** Hash maps since kernel 5.14; queues and stacks (with an empty key) since 4.20. */
  lookupAndDelete(key: Uint8Array): Buffer | undefined {
    if (key.length !== this.keySize) this.#refuseLengths(key);
    const value = Buffer.alloc(this.valueBytes);
    return this.#found(this.#native.lookupAndDelete(key, value), 'lookupAndDelete') ? value : undefined;
  }

  /**
   * Walks the keys. In a hash map that changes meanwhile the kernel may start again from the first key, so the walk ends
   * after as many steps as the map has entries, and a key may come twice.
   */
  *keys(): Generator<Buffer, void, undefined> {
    let key: Buffer | undefined;
    for (let step = 0; step < this.maxEntries; step++) {
      const next = Buffer.alloc(this.keySize);
      if (!this.#found(this.#native.nextKey(key, next), 'nextKey')) return;
      yield next;
      key = next;
    }
  }

  /** All entries as they are now, by batch reads (kernel 5.6) where the map type has them, else key by key. */
  entries(): readonly MapEntry[] {
    return readAllEntries(this, this.#native);
  }

  /** The values of these keys, in order; undefined where there is none. */
  lookupBatch(keys: readonly Uint8Array[]): readonly (Buffer | undefined)[] {
    return keys.map((key) => this.lookup(key));
  }

  /** Writes all entries, by one system call where the kernel can. Returns how many were written before an error was thrown. */
  updateBatch(entries: readonly MapEntry[], mode: UpdateMode = 'any'): void {
    for (const { key, value } of entries) {
      if (key.length !== this.keySize || value.length !== this.valueBytes) this.#refuseLengths(key, value);
    }
    updateAll({ map: this, native: this.#native, flags: updateFlags[mode] }, entries);
  }

  /** Deletes these keys where they exist; returns how many did. */
  deleteBatch(keys: readonly Uint8Array[]): number {
    for (const key of keys) if (key.length !== this.keySize) this.#refuseLengths(key);
    return deleteAll(this, this.#native, keys);
  }

  /** Keeps the map beyond the process. `path` must be on a bpffs. */
  pin(path: string): void {
    checkNumber(this.#native.pin(path), this.#attempt('mapPin', 'pin', `at ${path}`));
  }

  /** Reads a ring buffer as records arrive. A ring buffer has one consumer: stop the first before starting another. */
  consumeRingBuffer(onRecord: (record: Uint8Array) => void): RingBufferConsumer {
    if (this.type !== 'ringbuf') throw new TypeError(`map ${this.name} is a ${this.type}, not a ring buffer`);
    if (this.#ring?.closed === false)
      throw new Error(`map ${this.name} has a consumer already: close that one first`);
    this.#ring = consumeRing(this.#native, onRecord, this.#attempt('ringBuffer', 'consume'));
    return this.#ring;
  }

  /** Gives the descriptor back. Does nothing the second time. */
  close(): void {
    this.#ring?.close();
    this.#native.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #isPerCpu(): boolean {
    return this.type.includes('percpu');
  }

  #found(status: number, operation: string): boolean {
    if (status >= 0) return true;
    if (status === -errorNumbers.ENOENT) return false;
    throw new BpfError(this.#attempt(`map_${operation}`, operation), -status);
  }

  #attempt(
    operation: string,
    verb: string,
    rest = '',
  ): { readonly operation: string; readonly tried: string } {
    return { operation, tried: `${verb} map ${this.name} ${rest}`.trimEnd() };
  }

  #refuseLengths(key: Uint8Array, value?: Uint8Array): never {
    const given = value === undefined ? `${key.length}` : `${key.length} and ${value.length}`;
    throw new RangeError(
      `map ${this.name} has keys of ${this.keySize} and values of ${this.valueBytes} bytes; ${given} were given`,
    );
  }
}

/** Opens a map that was pinned by this or another process. */
export function openPinnedMap(path: string): BpfMap {
  return new BpfMap(
    check(native.openPinnedMap(path), { operation: 'mapOpen', tried: `open the pinned map ${path}` }),
  );
}
