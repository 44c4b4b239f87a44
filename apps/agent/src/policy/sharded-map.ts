// ShardedMap: an immutable map of which a changed copy costs little, because it shares with the old one all that did not change.

import { ITEMS_IN_A_STEP } from './steps.ts';
import type { Steps } from './steps.ts';

/** A copy of so many entries takes a few microseconds. */
const MOST_IN_A_SHARD = 128;
const USUAL_IN_A_SHARD = 64;

type Shard<Key, Value> = ReadonlyMap<Key, Value>;

export class ShardedMap<Key extends number | string, Value> {
  readonly size: number;
  /** Their number is a power of two. */
  readonly #shards: readonly Shard<Key, Value>[];

  constructor(shards: readonly Shard<Key, Value>[] = [new Map()], size = 0) {
    this.#shards = shards;
    this.size = size;
  }

  get(key: Key): Value | undefined {
    const shards = this.#shards;
    return (shards.length === 1 ? shards[0] : shards[shardOf(key, shards.length)])?.get(key);
  }

  /** A map with these entries in the place of those with the same keys; undefined takes an entry away. */
  *changing(changes: ReadonlyMap<Key, Value | undefined>): Steps<ShardedMap<Key, Value>> {
    const before = yield* this.#fitting(this.size + changes.size);
    const shards: Shard<Key, Value>[] = before.slice();
    let { size } = this;
    let count = 0;
    for (const [key, value] of changes) {
      const at = shardOf(key, shards.length);
      const old = shards[at] ?? new Map<Key, Value>();
      const shard = old === before[at] ? new Map(old) : (old as Map<Key, Value>);
      shards[at] = shard;
      size -= shard.size;
      if (value === undefined) shard.delete(key);
      else shard.set(key, value);
      size += shard.size;
      if ((count += 1) % ITEMS_IN_A_STEP === 0) yield;
    }
    return new ShardedMap(shards, size);
  }

  /** Shards of a good size for so many entries: the same ones for most changes. */
  *#fitting(size: number): Steps<readonly Shard<Key, Value>[]> {
    const { length } = this.#shards;
    if (size <= MOST_IN_A_SHARD * length && (length === 1 || size * 8 >= MOST_IN_A_SHARD * length))
      return this.#shards;
    const fitting = 2 ** Math.max(0, Math.ceil(Math.log2(size / USUAL_IN_A_SHARD)));
    const shards = Array.from({ length: fitting }, () => new Map<Key, Value>());
    for (const shard of this.#shards) {
      for (const [key, value] of shard) shards[shardOf(key, fitting)]?.set(key, value);
      yield;
    }
    return shards;
  }
}

function shardOf(key: number | string, count: number): number {
  if (count === 1) return 0;
  return mixed(typeof key === 'number' ? key : hashOf(key)) & (count - 1);
}

/** FNV-1a over the code units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash;
}

/** Every bit of the hash moves the lowest ones: networks end in zeros. */
function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return once ^ (once >>> 15);
}
