// An open queue: deliveries in, verdicts out, counters. The native side moves bytes; this gives them names.
import { inspect } from 'node:util';
import { closedError, errorName, explain, NfqueueError } from './errors.ts';
import { readKernelStats, type KernelStats } from './kernelStats.ts';
import { native, type NativeQueue } from './native.ts';
import { checkFunction, checkInteger, checkObject, checkOptions, maximumUint32 } from './options.ts';
import type { CheckedOptions, QueueOptions } from './options.ts';
import { readPacket, type Packet } from './packet.ts';
import { field, fieldCount, kindPacket, present } from './packetFields.ts';

export type VerdictName = 'accept' | 'drop' | 'repeat';

export interface VerdictOptions {
  /** The packet's new mark. */
  readonly mark?: number;
}

export interface QueueStats {
  readonly received: number;
  /** Received, but with a damaged message. */
  readonly malformed: number;
  /** Sent to the kernel, refused ones included. */
  readonly verdicts: number;
  /** Refused verdicts other than ENOENT. */
  readonly errors: number;
  /** Verdicts on packets that were gone. */
  readonly enoent: number;
  /** Messages of the kernel that found the receive buffer full. */
  readonly overruns: number;
  readonly kernel: KernelStats | undefined;
}

export type PacketsListener = (packets: readonly Packet[]) => void;

// <linux/netfilter.h>
const verdictCodes = { drop: 0, accept: 1, repeat: 4 } as const;

export class Queue implements Disposable {
  readonly queue: number;
  readonly #native: NativeQueue;
  readonly #rows: Uint32Array<ArrayBuffer>;
  readonly #slots: Uint8Array<ArrayBuffer>;
  readonly #onPackets: PacketsListener;
  readonly #options: QueueOptions;
  #isOpen = true;
  #received = 0;
  #malformed = 0;
  #verdicts = 0;
  #errors = 0;
  #enoent = 0;
  #overruns = 0;

  constructor(options: QueueOptions, onPackets: PacketsListener) {
    const checked = checkOptions(options);
    this.queue = checked.queue;
    this.#options = options;
    this.#onPackets = onPackets;
    this.#rows = new Uint32Array(native.rowCount * fieldCount);
    this.#slots = new Uint8Array(native.slotCount * slotBytes(checked.copyRange));
    this.#native = this.#open(checked);
    this.#deliverStashSoon();
  }

  /**
   * Answers one packet, now or at any later time and in any order. When it returns, the kernel has acted.
   * Throws when the queue is closed or the kernel takes no message at all; a refusal comes through onVerdictError.
   */
  verdict(id: number, verdict: VerdictName, options?: VerdictOptions): void {
    if (!this.#isOpen) throw closedError(this.queue);
    if (id >>> 0 !== id) checkInteger('id', id, { minimum: 0, maximum: maximumUint32 });
    const code = verdictCode(verdict);
    const mark = options === undefined ? undefined : checkMark(options.mark);
    try {
      this.#native.sendVerdict(id, code, mark);
    } catch (error) {
      throw explain(this.queue, error);
    }
    this.#verdicts++;
  }

  /** Answers many packets alike: each by its id, 64 to a system call. */
  verdictMany(ids: Iterable<number>, verdict: VerdictName, options?: VerdictOptions): void {
    if (!this.#isOpen) throw closedError(this.queue);
    const words = Uint32Array.from(ids, (id) =>
      checkInteger('id', id, { minimum: 0, maximum: maximumUint32 }),
    );
    const code = verdictCode(verdict);
    try {
      this.#native.sendVerdicts(words, code, checkMark(options?.mark));
    } catch (error) {
      throw explain(this.queue, error);
    }
    this.#verdicts += words.length;
  }

  setMaxLength(maxLength: number): void {
    if (!this.#isOpen) throw closedError(this.queue);
    checkInteger('maxLength', maxLength, { minimum: 1, maximum: maximumUint32 });
    try {
      this.#native.setMaximumLength(maxLength);
    } catch (error) {
      throw explain(this.queue, error);
    } finally {
      this.#deliverStashSoon();
    }
  }

  stats(): QueueStats {
    if (this.#isOpen) this.#overruns = this.#native.overruns();
    return {
      received: this.#received,
      malformed: this.#malformed,
      verdicts: this.#verdicts,
      errors: this.#errors,
      enoent: this.#enoent,
      overruns: this.#overruns,
      kernel: this.#isOpen ? readKernelStats(this.queue, this.#native.port()) : undefined,
    };
  }

  /** Unbinds the queue: the kernel drops what waits in it. Closing twice is allowed. */
  close(): void {
    if (!this.#isOpen) return;
    this.#overruns = this.#native.overruns();
    this.#isOpen = false;
    this.#native.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Lets the program end while the queue is open. */
  unref(): this {
    this.#native.setReferenced(false);
    return this;
  }

  ref(): this {
    this.#native.setReferenced(true);
    return this;
  }

  #open(checked: CheckedOptions): NativeQueue {
    const { queue, maxLength: maximumLength, copyRange, flags, receiveBufferBytes } = checked;
    const arrays = { rows: this.#rows, slots: this.#slots };
    try {
      return new native.NativeQueue(
        { queue, maximumLength, copyRange, flags, receiveBufferBytes, ...arrays },
        (count) => this.#onRows(count),
        (errno, syscall) => this.#onFailure(errno, syscall),
      );
    } catch (error) {
      throw explain(queue, error);
    }
  }

  // Packets that came in while an acknowledgement was read wait in the native side for a turn of their own.
  #deliverStashSoon(): void {
    if (this.#native.hasStash()) setImmediate(() => this.#native.deliverStash());
  }

  #onRows(count: number): void {
    const packets: Packet[] = [];
    const refused: number[] = [];
    for (let at = 0; at < count * fieldCount; at += fieldCount) {
      if (this.#rows[at] === kindPacket) packets.push(readPacket(this.#rows, at, this.#slots));
      else refused.push(at);
    }
    // Read everything first: the listeners below may cause another delivery to overwrite the rows.
    const errors = refused.map((at) => this.#readVerdictError(at));
    try {
      for (const error of errors) this.#reportVerdictError(error);
    } finally {
      this.#deliver(packets);
    }
  }

  #deliver(packets: readonly Packet[]): void {
    if (packets.length === 0) return;
    this.#received += packets.length;
    for (const packet of packets) if (packet.malformed) this.#malformed++;
    this.#onPackets(packets);
  }

  #readVerdictError(at: number): VerdictErrorRow {
    const errno = this.#rows[at + field.errorNumber] ?? 0;
    const hasId = ((this.#rows[at + field.present] ?? 0) & present.id) !== 0;
    return { id: hasId ? this.#rows[at + field.id] : undefined, errno, code: errorName(errno) };
  }

  #reportVerdictError(error: VerdictErrorRow): void {
    if (error.errno === 0) return;
    if (error.code === 'ENOENT') this.#enoent++;
    else this.#errors++;
    this.#options.onVerdictError?.(error);
  }

  #onFailure(errno: number, syscall: string): void {
    this.#isOpen = false;
    const code = errorName(errno);
    const message = `NFQUEUE ${this.queue}: reading failed with ${code} and the queue is closed; open it again`;
    const error = new NfqueueError(message, { code, errno, syscall });
    if (this.#options.onFailure === undefined) throw error;
    this.#options.onFailure(error);
  }
}

interface VerdictErrorRow {
  readonly id: number | undefined;
  readonly errno: number;
  readonly code: string;
}

/**
 * Listens on an NFQUEUE of the calling thread's network namespace. `onPackets` gets every packet in arrival order, up to 32
 * together; each must be answered with verdict(), at once or later.
 * Throws TypeError or RangeError for wrong arguments, NfqueueError (EPERM, EBUSY, ...) when the kernel refuses.
 */
export function openQueue(options: QueueOptions, onPackets: PacketsListener): Queue {
  checkObject('options', options);
  checkFunction('onPackets', onPackets);
  if (options.onVerdictError !== undefined) checkFunction('onVerdictError', options.onVerdictError);
  if (options.onFailure !== undefined) checkFunction('onFailure', options.onFailure);
  return new Queue(options, onPackets);
}

function slotBytes(copyRange: number): number {
  return (copyRange + native.attributeRoom + 3) & ~3;
}

function verdictCode(verdict: VerdictName): number {
  if (!Object.hasOwn(verdictCodes, verdict)) {
    throw new TypeError(`verdict must be 'accept', 'drop' or 'repeat', got ${inspect(verdict)}`);
  }
  return verdictCodes[verdict];
}

function checkMark(mark: number | undefined): number | undefined {
  return mark === undefined ? undefined : checkInteger('mark', mark, { minimum: 0, maximum: maximumUint32 });
}
