// Sockets that were closed: their flows are over a moment later, when what the kernel told of them has been read and a TCP
// connection has said goodbye.

const AFTER_MS = 1000;
/** A connection whose other side does not answer is waited for no longer. */
const LONGEST_MS = 60_000;

interface Ending {
  readonly closedAtMs: number;
  readonly dueMs: number;
}

export class Endings {
  readonly #sockets = new Map<bigint, Ending>();

  add(socketCookie: bigint, nowMs: number): void {
    if (this.#sockets.has(socketCookie)) return;
    this.#sockets.set(socketCookie, { closedAtMs: nowMs, dueMs: nowMs + AFTER_MS });
  }

  /** Still sending: false when it was waited for long enough. */
  addAgain(socketCookie: bigint, nowMs: number): boolean {
    const closedAtMs = this.#sockets.get(socketCookie)?.closedAtMs ?? nowMs;
    if (nowMs - closedAtMs >= LONGEST_MS) return false;
    this.#sockets.delete(socketCookie);
    this.#sockets.set(socketCookie, { closedAtMs, dueMs: nowMs + AFTER_MS });
    return true;
  }

  delete(socketCookie: bigint): void {
    this.#sockets.delete(socketCookie);
  }

  /** In the order in which they are due, which is that of the map: all wait equally long. */
  due(nowMs: number): readonly bigint[] {
    const due: bigint[] = [];
    for (const [socketCookie, { dueMs }] of this.#sockets) {
      if (dueMs > nowMs && dueMs - nowMs <= AFTER_MS) break;
      due.push(socketCookie);
    }
    return due;
  }
}
