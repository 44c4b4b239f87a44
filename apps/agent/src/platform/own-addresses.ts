// Which addresses are this machine's alone: a packet to any other one that arrives here is for a group or for everybody.
import { networkInterfaces } from 'node:os';

/** Reading them takes some tenths of a millisecond. */
const READ_AGAIN_MS = 1000;

export class OwnAddresses {
  readonly #nowMs: () => number;
  #known: ReadonlySet<string> = new Set();
  #readAtMs = -Infinity;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  has(address: string): boolean {
    if (!this.#known.has(address) && this.#nowMs() - this.#readAtMs > READ_AGAIN_MS) this.#read();
    return this.#known.has(address);
  }

  #read(): void {
    this.#readAtMs = this.#nowMs();
    this.#known = new Set(
      Object.values(networkInterfaces()).flatMap(
        (addresses) => addresses?.map(({ address }) => address) ?? [],
      ),
    );
  }
}
