// The maps of the verdict cache without a kernel: what is written into them can be looked up, and be pushed out.
import type { RingBufferConsumer } from 'bpf-loader-napi';
import type { VerdictMaps } from './verdict-cache.ts';

export class FakeMap {
  readonly #values = new Map<string, Uint8Array>();

  get size(): number {
    return this.#values.size;
  }

  update(key: Uint8Array, value: Uint8Array): void {
    this.#values.set(textOf(key), value.slice());
  }

  lookup(key: Uint8Array): DataView | undefined {
    const value = this.#values.get(textOf(key));
    return value && new DataView(value.buffer);
  }

  lookupInto(key: Uint8Array, value: Uint8Array): boolean {
    const found = this.#values.get(textOf(key));
    if (found !== undefined) value.set(found);
    return found !== undefined;
  }

  /** As the kernel does when there is no room: one of them goes, and nobody is told. */
  pushOut(index: number): void {
    const key = [...this.#values.keys()][index % Math.max(1, this.size)];
    if (key !== undefined) this.#values.delete(key);
  }

  /** Nothing is ever told. */
  consumeRingBuffer(): RingBufferConsumer {
    const nothing = (): void => undefined;
    return { closed: false, readNow: nothing, close: nothing, ref: nothing, unref: nothing };
  }
}

export class FakeVerdictMaps implements VerdictMaps {
  readonly #maps = new Map<string, FakeMap>();

  map(name: string): FakeMap {
    const map = this.#maps.get(name) ?? new FakeMap();
    this.#maps.set(name, map);
    return map;
  }
}

function textOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1');
}
