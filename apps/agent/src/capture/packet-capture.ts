// Takes packets from the kernel's queue and gives each its verdict, exactly once.
import { openQueue } from 'nfqueue';
import type { Packet as QueuedPacket, Queue } from 'nfqueue';

export interface CaptureOptions {
  readonly queue: number;
  /** Packets that may wait in the kernel. */
  readonly maxLength: number;
  /** Let packets pass that find the queue full (failure table: queueFull). */
  readonly failOpen: boolean;
  readonly onPacket: (packet: Packet) => void;
  /** A fault in onPacket: the packet was dropped. */
  readonly onFault: (error: unknown, packet: Packet) => void;
  /** The queue itself failed and is closed. */
  readonly onFailure: (error: Error) => void;
}

export interface CaptureStats {
  readonly received: number;
  readonly unanswered: number;
  /** Verdicts on packets that the kernel had dropped meanwhile, e.g. because another tool deleted a chain. */
  readonly gone: number;
  readonly verdictErrors: number;
  readonly droppedByKernel: number;
  readonly droppedForUser: number;
}

/** Enough for the longest header chain that is read and for the part that an ICMP error quotes. */
const COPY_RANGE_BYTES = 576;

/** AF_INET and AF_INET6. */
const IP_VERSIONS: ReadonlyMap<number, 4 | 6> = new Map([
  [2, 4],
  [10, 6],
]);

/** Where netfilter met the packet: `enum nf_inet_hooks`. */
export type PacketHook = 'input' | 'forward' | 'output';
const HOOKS: ReadonlyMap<number, PacketHook> = new Map([
  [1, 'input'],
  [2, 'forward'],
  [3, 'output'],
]);

/** One queued packet; lives until it is answered. */
export class Packet {
  readonly id: number;
  /** From the IP header on, cut to the copy range. */
  readonly payload: Uint8Array;
  /** What the kernel treats it as, whatever its header says; undefined where the message about it was damaged. */
  readonly ipVersion: 4 | 6 | undefined;
  /** Undefined where the message about it was damaged, and for hooks that none of our chains is at. */
  readonly hook: PacketHook | undefined;
  /** Of the device that it came in by; 0 for packets that go out. */
  readonly interfaceIndex: number;
  /** User of the socket's file; undefined where no process has the socket open. */
  readonly socketUid: number | undefined;
  /** The kernel's message about the packet was damaged: nothing but its id is certain. */
  readonly isDamaged: boolean;
  readonly #capture: PacketCapture;
  #isAnswered = false;

  constructor(capture: PacketCapture, queued: QueuedPacket) {
    this.#capture = capture;
    this.id = queued.id;
    this.payload = queued.payload;
    this.ipVersion = IP_VERSIONS.get(queued.family);
    this.hook = HOOKS.get(queued.hook);
    this.interfaceIndex = queued.inDevice ?? 0;
    this.socketUid = queued.uid;
    this.isDamaged = queued.malformed;
  }

  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** Lets the packet go on. Throws if it was answered before. */
  accept(): void {
    this.#answer('accept');
  }

  /** Throws if it was answered before. */
  drop(): void {
    this.#answer('drop');
  }

  #answer(verdict: 'accept' | 'drop'): void {
    if (this.#isAnswered) throw new Error(`packet ${this.id} was answered twice`);
    this.#isAnswered = true;
    this.#capture.answer(this.id, verdict);
  }
}

export class PacketCapture {
  readonly #options: CaptureOptions;
  readonly #queue: Queue;
  #received = 0;
  #answered = 0;

  /** Throws NfqueueError: without the right to listen, or where another program listens on the queue. */
  constructor(options: CaptureOptions) {
    this.#options = options;
    this.#queue = openQueue(
      {
        queue: options.queue,
        maxLength: options.maxLength,
        copyRange: COPY_RANGE_BYTES,
        failOpen: options.failOpen,
        onFailure: options.onFailure,
      },
      (packets) => {
        for (const packet of packets) this.#deliver(new Packet(this, packet));
      },
    );
  }

  /** @internal Only packets call it. */
  answer(id: number, verdict: 'accept' | 'drop'): void {
    this.#answered++;
    this.#queue.verdict(id, verdict);
  }

  stats(): CaptureStats {
    const stats = this.#queue.stats();
    return {
      received: this.#received,
      unanswered: this.#received - this.#answered,
      gone: stats.enoent,
      verdictErrors: stats.errors,
      droppedByKernel: stats.kernel?.queueDropped ?? 0,
      droppedForUser: stats.kernel?.userDropped ?? 0,
    };
  }

  /** The kernel drops what still waits. */
  close(): void {
    this.#queue.close();
  }

  #deliver(packet: Packet): void {
    this.#received++;
    try {
      this.#options.onPacket(packet);
    } catch (error) {
      if (!packet.isAnswered) packet.drop();
      this.#options.onFault(error, packet);
    }
  }
}
