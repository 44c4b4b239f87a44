// Packets whose process is not known yet: each is held and asked about again every millisecond, for a moment. Nothing else waits
// for them. Only the lower rungs of the ladder of correlators have any.
import type { Packet } from './capture/packet-capture.ts';

export interface LatePacketsOptions {
  /** Monotonic, microseconds. */
  readonly nowUs: () => number;
  /** A fault in what was done with a packet: it was dropped. */
  readonly onFault: (error: unknown) => void;
}

interface LatePacket {
  readonly packet: Pick<Packet, 'isAnswered' | 'drop'>;
  readonly askAgain: () => void;
}

/** Longer than a program takes from the packet to the end of its connect(), also where every processor is busy. */
const LONGEST_WAIT_US = 50_000;
const EVERY_MS = 1;

export class LatePackets {
  readonly #options: LatePacketsOptions;
  #waiting: LatePacket[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(options: LatePacketsOptions) {
    this.#options = options;
  }

  /** Whether a packet that arrived then may go on waiting. */
  mayWait(arrivedUs: number): boolean {
    return !this.#isStopped && this.#options.nowUs() - arrivedUs < LONGEST_WAIT_US;
  }

  /** Calls `askAgain` in a moment, once. It may call here again. */
  wait(packet: LatePacket['packet'], askAgain: () => void): void {
    this.#waiting.push({ packet, askAgain });
    this.#timer ??= setTimeout(() => this.#askAll(), EVERY_MS);
  }

  /** What waits is asked about for the last time, and from now on nothing may wait. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#askAll();
  }

  #askAll(): void {
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const late of waiting) this.#ask(late);
  }

  #ask({ packet, askAgain }: LatePacket): void {
    try {
      askAgain();
    } catch (error) {
      if (!packet.isAnswered) packet.drop();
      this.#options.onFault(error);
    }
  }
}
