// Loads the addon and gives it a type. Only the files beside this one import it: they check what they pass in.
import { createRequire } from 'node:module';

export interface NativeSocketQuery {
  readonly family: 4 | 6;
  readonly protocol: number;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly interfaceIndex: number;
  readonly cookie: bigint;
}

export interface NativeSocketEnd {
  readonly address: string;
  readonly port: number;
}

export interface NativeSocketRecord {
  readonly local: NativeSocketEnd;
  readonly remote: NativeSocketEnd;
  readonly state: number;
  readonly interfaceIndex: number;
  readonly inode: number;
  readonly uid: number;
  readonly cookie: bigint;
}

export interface NativePacketSocket {
  readonly inode: number;
  readonly cookie: bigint;
}

export interface NativeSocketReply {
  readonly records: readonly NativeSocketRecord[];
  readonly done: boolean;
  readonly errorNumber: number;
}

export interface NativeSocketWalk {
  next(): readonly NativeSocketRecord[] | undefined;
  close(): void;
}

export interface NativeSocketHolder {
  readonly pid: number;
  readonly descriptor: number;
  readonly inode: number;
}

export interface NativeFileLock {
  release(): void;
}

export interface NativeRawSender {
  send(destination: string, packet: Uint8Array, interfaceIndex: number): void;
  cookie(): bigint;
  close(): void;
}

export interface NativeNetlinkMessage {
  readonly type: number;
  readonly flags: number;
  readonly portId: number;
  readonly payload: Uint8Array;
}

/** A list of messages; undefined after an overrun; an Error when listening has ended. */
export type NativeNetlinkEvent = readonly NativeNetlinkMessage[] | undefined | Error;

export interface NativeNetlinkMonitor {
  close(): void;
  ref(): void;
  unref(): void;
}

export interface NativeMount {
  readonly source: string;
  readonly target: string;
  readonly type: 'bpf' | 'cgroup2';
  readonly readOnly: boolean;
  readonly data: string;
}

export interface NativePeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

export interface NativeFileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly ctimeNs: bigint;
}

export interface NativeExecutable extends NativeFileIdentity {
  readonly path: string;
  readonly deletedSuffix: boolean;
}

export interface NativeFileStatus extends NativeFileIdentity {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

interface NativeAddon {
  peerCredentials(fd: number): NativePeerCredentials;
  findSocket(query: NativeSocketQuery): NativeSocketRecord | undefined;
  walkSockets(family: 4 | 6, protocol: number, states: number, localPort: number): NativeSocketWalk;
  listPacketSockets(): readonly NativePacketSocket[] | undefined;
  socketHolders(inodes: readonly number[]): readonly NativeSocketHolder[];
  destroySocket(query: NativeSocketQuery): boolean;
  networkNamespaceCookie(): bigint | undefined;
  enterNetworkNamespace(path: string): void;
  inNetworkNamespace<Result>(path: string, work: () => Result): Result;
  lockFile(path: string): NativeFileLock | undefined;
  mount(options: NativeMount): void;
  unmount(target: string, detach: boolean): void;
  openRawSender(family: 4 | 6, wholePackets?: boolean): NativeRawSender;
  monitorNetlink(
    protocol: number,
    groups: readonly number[],
    onEvent: (event: NativeNetlinkEvent) => void,
  ): NativeNetlinkMonitor;
  processStart(pid: number): bigint | undefined;
  executableOf(pid: number): NativeExecutable | undefined;
  mountNamespaceOf(pid: number): bigint | undefined;
  statFile(path: string): NativeFileStatus | undefined;
  clockTicksPerSecond(): number;
  releaseFreeMemory(): boolean;
  releaseProgramPages(): number;
  /** For tests: the parsers of hostile bytes by themselves. */
  parseSocketReply(bytes: Uint8Array, sequence: number, dump: boolean): NativeSocketReply;
  parseProcessStat(bytes: Uint8Array): bigint | undefined;
}

function load(): NativeAddon {
  try {
    return createRequire(import.meta.url)('./build/linux.node') as NativeAddon;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot load the addon @sallyport/linux: ${reason} Build it: make -C native/linux`, {
      cause,
    });
  }
}

export const native: NativeAddon = load();
