// Hands the records of a BPF ring buffer to a callback. The native side copies a bounded batch for each wake-up of the loop.
import { endianness } from 'node:os';
import { check } from './errors.ts';
import type { Attempt } from './errors.ts';
import type { NativeMap, NativeRing } from './native.ts';

/** A program that writes faster than we read must not hold us for ever. */
const MOST_BATCHES_AT_ONCE = 64;

const littleEndian = endianness() === 'LE';

export interface RingBufferConsumer {
  readonly closed: boolean;
  /** Hands over what is there now, before it returns: records that a program submits with BPF_RB_NO_WAKEUP come no other way. */
  readNow(): void;
  /** Stops at once, inside the callback too; no record is handed over after it. */
  close(): void;
  /** Whether an open consumer keeps the process alive (it does at first). */
  ref(): void;
  unref(): void;
}

type OnRecord = (record: Uint8Array) => void;

/** `onRecord` gets a view into its batch: copy what is kept for long. What it throws becomes an uncaught exception. */
export function consumeRing(map: NativeMap, onRecord: OnRecord, attempt: Attempt): RingBufferConsumer {
  let closed = false;
  const ring: NativeRing = check(
    map.consume((batch) => {
      for (const record of splitBatch(batch)) {
        if (closed) return;
        deliver(onRecord, record);
      }
    }),
    attempt,
  );
  return {
    get closed() {
      return closed;
    },
    readNow() {
      let batches = MOST_BATCHES_AT_ONCE;
      while (!closed && batches-- > 0 && ring.read() > 0);
    },
    close() {
      closed = true;
      ring.close();
    },
    ref: () => ring.ref(),
    unref: () => ring.unref(),
  };
}

/** A throwing callback must cost neither the rest of the batch nor the consumer. */
function deliver(onRecord: OnRecord, record: Uint8Array): void {
  try {
    onRecord(record);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function* splitBatch(batch: Buffer): Generator<Uint8Array, void, undefined> {
  const lengths = new DataView(batch.buffer, batch.byteOffset, batch.length);
  for (let offset = 0; offset < batch.length;) {
    const length = lengths.getUint32(offset, littleEndian);
    yield batch.subarray(offset + 4, offset + 4 + length);
    offset += 4 + length;
  }
}
