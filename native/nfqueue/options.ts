// What openQueue accepts, its defaults, and the checks of every argument that a caller gives.
export interface VerdictError {
  /** The packet whose verdict was refused; undefined if the kernel did not say. */
  readonly id: number | undefined;
  readonly errno: number;
  /** ENOENT: the packet is gone, which is normal after a chain was deleted or the queue was closed. */
  readonly code: string;
}

export interface QueueOptions {
  /** 0 to 65535. */
  readonly queue: number;
  /** Packets that may wait for a verdict; the next one is dropped, or passes with failOpen. Default 4096. */
  readonly maxLength?: number;
  /** Bytes of each packet that are copied, 1 to 65531. Default 1500: all headers and any DNS answer that is not fragmented. */
  readonly copyRange?: number;
  /** Let a packet pass that finds the queue full or the receive buffer full. Default false. */
  readonly failOpen?: boolean;
  /** Take GSO packets whole instead of having the kernel segment them first. Default true. */
  readonly gso?: boolean;
  /** Ask for uid and gid. Default true. */
  readonly uidGid?: boolean;
  /** Size of the socket's receive buffer (SO_RCVBUFFORCE; the kernel doubles it). Default 4 MiB. */
  readonly receiveBufferBytes?: number;
  /** A verdict that the kernel refused afterwards; called from a later turn of the event loop. */
  readonly onVerdictError?: (error: VerdictError) => void;
  /** The socket failed for good and the queue has closed itself. Without it, the error is thrown as uncaught. */
  readonly onFailure?: (error: Error) => void;
}

export interface CheckedOptions {
  readonly queue: number;
  readonly maxLength: number;
  readonly copyRange: number;
  readonly flags: number;
  readonly receiveBufferBytes: number;
}

// <linux/netfilter/nfnetlink_queue.h>
const NFQA_CFG_F_FAIL_OPEN = 1;
const NFQA_CFG_F_GSO = 4;
const NFQA_CFG_F_UID_GID = 8;
// The kernel's NFQNL_MAX_COPY_RANGE: an attribute's length has 16 bits and counts its own header.
const maximumCopyRange = 0xffff - 4;

export const maximumUint32 = 0xffff_ffff;

interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

export function checkOptions(options: QueueOptions): CheckedOptions {
  return {
    queue: checkInteger('queue', options.queue, { minimum: 0, maximum: 0xffff }),
    maxLength: checkInteger('maxLength', options.maxLength ?? 4096, { minimum: 1, maximum: maximumUint32 }),
    copyRange: checkInteger('copyRange', options.copyRange ?? 1500, {
      minimum: 1,
      maximum: maximumCopyRange,
    }),
    flags: configFlags(options),
    receiveBufferBytes: checkInteger('receiveBufferBytes', options.receiveBufferBytes ?? 4 * 1024 * 1024, {
      minimum: 4096,
      maximum: 0x3fff_ffff,
    }),
  };
}

function configFlags(options: QueueOptions): number {
  return (
    (checkBoolean('failOpen', options.failOpen ?? false) ? NFQA_CFG_F_FAIL_OPEN : 0) |
    (checkBoolean('gso', options.gso ?? true) ? NFQA_CFG_F_GSO : 0) |
    (checkBoolean('uidGid', options.uidGid ?? true) ? NFQA_CFG_F_UID_GID : 0)
  );
}

export function checkInteger(name: string, value: unknown, range: Range): number {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, got ${typeof value}`);
  if (!Number.isInteger(value) || value < range.minimum || value > range.maximum) {
    throw new RangeError(
      `${name} must be an integer from ${range.minimum} to ${range.maximum}, got ${value}`,
    );
  }
  return value;
}

export function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw new TypeError(`${name} must be a function, got ${typeof value}`);
}

export function checkObject(name: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${name} must be an object`);
}

function checkBoolean(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be a boolean, got ${typeof value}`);
  return value;
}
