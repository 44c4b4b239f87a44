// Loads the addon and gives its exports types. Nothing outside this package sees them.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export interface NativeSettings {
  readonly queue: number;
  readonly maximumLength: number;
  readonly copyRange: number;
  readonly flags: number;
  readonly receiveBufferBytes: number;
  /** Filled with rows of 32-bit words before each onRows call. */
  readonly rows: Uint32Array<ArrayBuffer>;
  /** Filled with raw datagrams; payload offsets in `rows` point into it. */
  readonly slots: Uint8Array<ArrayBuffer>;
}

export interface NativeQueue {
  sendVerdict(id: number, code: number, mark: number | undefined): void;
  sendVerdicts(ids: Uint32Array, code: number, mark: number | undefined): void;
  setMaximumLength(maximumLength: number): void;
  deliverStash(): void;
  close(): void;
  setReferenced(referenced: boolean): void;
  port(): number;
  overruns(): number;
  hasStash(): boolean;
}

export type NativeQueueConstructor = new (
  settings: NativeSettings,
  onRows: (count: number) => void,
  onFailure: (errno: number, syscall: string) => void,
) => NativeQueue;

export interface NativeExports {
  readonly NativeQueue: NativeQueueConstructor;
  /** Parses bytes as one netlink datagram into rows and returns how many rows it wrote; for tests. */
  readonly parse: (bytes: Uint8Array, rows: Uint32Array) => number;
  readonly fieldNames: readonly string[];
  readonly rowCount: number;
  readonly slotCount: number;
  readonly attributeRoom: number;
}

const addonPath = fileURLToPath(new URL('./build/nfqueue.node', import.meta.url));

function load(): NativeExports {
  try {
    return createRequire(import.meta.url)(addonPath) as NativeExports;
  } catch (cause) {
    throw new Error(`Loading ${addonPath} failed; build it with 'make -C native/nfqueue'`, { cause });
  }
}

export const native = load();
