// The native face of the addon. Failing calls answer a negative errno; errors.ts turns it into a BpfError.
import { createRequire } from 'node:module';

export type Status = number;

export interface NativeLink {
  close(): Status;
  pin(path: string): Status;
  unpin(): Status;
  fd(): number;
  createIterator(): number;
}

export interface NativeRing {
  close(): void;
  ref(): void;
  unref(): void;
  /** How many records were handed over. */
  read(): number;
}

export interface NativeMapDescription {
  readonly name: string;
  readonly id: number;
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly valueBytes: number;
  readonly maxEntries: number;
  readonly fd: number;
}

/** Status and the number of elements that were done. */
export type BatchAnswer = readonly [status: Status, count: number];

export interface NativeMap {
  describe(): NativeMapDescription | Status;
  lookup(key: Uint8Array, value: Uint8Array): Status;
  update(key: Uint8Array, value: Uint8Array, flags: number): Status;
  remove(key: Uint8Array): Status;
  lookupAndDelete(key: Uint8Array, value: Uint8Array): Status;
  nextKey(key: Uint8Array | undefined, next: Uint8Array): Status;
  lookupBatch(...position: NativeBatchPosition): BatchAnswer;
  updateBatch(...elements: [keys: Uint8Array, values: Uint8Array, count: number, flags: number]): BatchAnswer;
  deleteBatch(keys: Uint8Array, count: number): BatchAnswer;
  pin(path: string): Status;
  consume(onBatch: (batch: Buffer) => void): NativeRing | Status;
  close(): void;
}

export type NativeBatchPosition = [
  position: Uint8Array | undefined,
  next: Uint8Array,
  keys: Uint8Array,
  values: Uint8Array,
  count: number,
];

export interface NativeProgramInformation {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  readonly instructions: number;
  readonly jitedLength: number;
  readonly verifiedInstructions: number;
  readonly runCount: bigint;
  readonly runTimeNs: bigint;
}

export interface NativeProgramEntry {
  readonly name: string;
  readonly section: string;
  readonly type: number;
}

export interface NativeVariable {
  readonly section: string;
  readonly sizeBytes: number;
  readonly readOnly: boolean;
}

export interface NativeObject {
  load(rehearsed: boolean): Status;
  close(): void;
  programs(): NativeProgramEntry[] | Status;
  maps(): string[] | Status;
  openMap(name: string): NativeMap | Status;
  setMaxEntries(map: string, entries: number): Status;
  setAutoload(program: string, autoload: boolean): Status;
  programFd(program: string): number;
  programInformation(program: string): NativeProgramInformation | Status;
  pinProgram(program: string, path: string): Status;
  attach(program: string): NativeLink | Status;
  attachCgroup(program: string, cgroupFd: number): NativeLink | Status;
  attachKprobe(program: string, symbol: string, atReturn: boolean): NativeLink | Status;
  attachTracepoint(program: string, category: string, event: string): NativeLink | Status;
  attachRawTracepoint(program: string, event: string): NativeLink | Status;
  attachTracingBtf(program: string): NativeLink | Status;
  attachIterator(program: string): NativeLink | Status;
  describeVariable(name: string): NativeVariable | Status;
  readVariable(name: string): Buffer | Status;
  writeVariable(name: string, value: Uint8Array): Status;
}

export interface NativeBtfMember {
  readonly name: string;
  readonly type: number;
  readonly offsetBits: number;
  readonly bitfieldBits: number;
}

export interface NativeBtfType {
  readonly kind: number;
  readonly name: string;
  readonly sizeOrType: number;
  readonly signed: boolean;
  readonly isBoolean?: boolean;
  readonly bits?: number;
  readonly element?: number;
  readonly length?: number;
  readonly members?: readonly NativeBtfMember[];
  readonly values?: readonly { readonly name: string; readonly value: bigint }[];
}

export interface NativeAddon {
  openObject(file: Uint8Array, name: string, pinDirectory: string | undefined): NativeObject | Status;
  openPinnedMap(path: string): NativeMap | Status;
  openPinnedLink(path: string): NativeLink | Status;
  /** What libbpf said during the last call of this thread; reading it empties it. */
  takeLog(): string;
  linkObjects(output: string, ...inputs: string[]): Status;
  readBtf(path: string): NativeBtfType[] | Status;
  probeProgramType(type: number): Status;
  probeHelper(programType: number, helper: string): Status;
  enableStatistics(): number;
}

export const native = createRequire(import.meta.url)('./build/bpf_loader.node') as NativeAddon;
