// The programs that run in the kernel, loaded and attached, and their maps with types: where the data path's first half
// (recorded at connect and send, written by the packet itself) is read.
import { openObject } from 'bpf-loader-napi';
import type { BpfMap, BpfObject, RingBufferConsumer } from 'bpf-loader-napi';
import {
  Counter,
  FLOW_KEY_SIZE,
  FLOW_OWNER_SIZE,
  OWNER_SIZE,
  readFlowOwner,
  readOwner,
  readSocketClosed,
  SOCKET_CLOSED_SIZE,
  writeFlowKey,
} from './gen/structs.ts';
import type { FlowKeyStruct, FlowOwnerStruct, OwnerStruct } from './gen/structs.ts';
import { checkLayouts } from './layout.ts';
import { join } from 'node:path';

export interface KernelProgramsOptions {
  /** The linked BPF object. */
  readonly objectPath: string;
  /** Root of the cgroup v2 tree: the hooks then see every process. */
  readonly cgroupDirectory: string;
  /** A directory on a bpffs; the packet programs are pinned there for iptables. */
  readonly pinDirectory: string;
  /** The application closed a socket that was watched. */
  readonly onSocketClosed: (cookie: bigint) => void;
}

/** Counted by the programs since they were loaded. */
export interface KernelCounters {
  readonly kernelPackets: number;
  readonly ownerMissing: number;
  readonly flowNotStored: number;
  readonly eventsLost: number;
}

/** Names of the pins in `pinDirectory`, as the netfilter rules use them. */
export const PACKET_PROGRAMS = { unknown: 'packet_unknown', established: 'packet_established' } as const;

const PRESENT = Uint8Array.of(1);

export class KernelPrograms {
  readonly #object: BpfObject;
  readonly #flows: BpfMap;
  readonly #owners: BpfMap;
  readonly #heldSockets: BpfMap;
  readonly #counters: BpfMap;
  readonly #events: RingBufferConsumer;
  readonly #flowKey = viewOf(FLOW_KEY_SIZE);
  readonly #flowOwner = viewOf(FLOW_OWNER_SIZE);
  readonly #owner = viewOf(OWNER_SIZE);
  readonly #cookie = viewOf(8);

  /** Throws BpfError (with the verifier's log where it refused) and leaves nothing attached. */
  static load(options: KernelProgramsOptions): KernelPrograms {
    const object = openObject(options.objectPath);
    try {
      object.load();
      checkLayouts(object);
      const programs = new KernelPrograms(object, options.onSocketClosed);
      attachHooks(object, options.cgroupDirectory);
      for (const name of Object.values(PACKET_PROGRAMS))
        object.program(name).pin(join(options.pinDirectory, name));
      return programs;
    } catch (error) {
      object.close();
      throw error;
    }
  }

  private constructor(object: BpfObject, onSocketClosed: (cookie: bigint) => void) {
    this.#object = object;
    this.#flows = object.map('flows');
    this.#owners = object.map('owners');
    this.#heldSockets = object.map('held_sockets');
    this.#counters = object.map('counters');
    this.#events = object.map('events').consumeRingBuffer((record) => {
      if (record.length < SOCKET_CLOSED_SIZE) return;
      const view = new DataView(record.buffer, record.byteOffset, record.length);
      onSocketClosed(readSocketClosed(view).socketCookie);
    });
  }

  /** Whose packet was last queued with this key. */
  flowOwner(key: FlowKeyStruct): FlowOwnerStruct | undefined {
    writeFlowKey(this.#flowKey.view, key);
    return this.#flows.lookupInto(this.#flowKey.bytes, this.#flowOwner.bytes)
      ? readFlowOwner(this.#flowOwner.view)
      : undefined;
  }

  /** The process last seen with a socket; undefined once the socket is closed. */
  ownerOf(socketCookie: bigint): OwnerStruct | undefined {
    this.#cookie.view.setBigUint64(0, socketCookie, true);
    return this.#owners.lookupInto(this.#cookie.bytes, this.#owner.bytes)
      ? readOwner(this.#owner.view)
      : undefined;
  }

  /**
   * Asks to hear when the socket closes. False when it is closed already: between the packet and this call the
   * application may have given up.
   */
  watchSocket(socketCookie: bigint): boolean {
    this.#cookie.view.setBigUint64(0, socketCookie, true);
    this.#heldSockets.update(this.#cookie.bytes, PRESENT);
    if (this.ownerOf(socketCookie) !== undefined) return true;
    this.unwatchSocket(socketCookie);
    return false;
  }

  unwatchSocket(socketCookie: bigint): void {
    this.#cookie.view.setBigUint64(0, socketCookie, true);
    this.#heldSockets.delete(this.#cookie.bytes);
  }

  counters(): KernelCounters {
    return {
      kernelPackets: this.#count(Counter.COUNTER_KERNEL_PACKETS),
      ownerMissing: this.#count(Counter.COUNTER_OWNER_MISSING),
      flowNotStored: this.#count(Counter.COUNTER_FLOW_NOT_STORED),
      eventsLost: this.#count(Counter.COUNTER_EVENTS_LOST),
    };
  }

  /** Detaches and frees everything but the pins, which go with their directory. */
  close(): void {
    this.#events.close();
    this.#object.close();
  }

  #count(index: number): number {
    const key = viewOf(4);
    key.view.setUint32(0, index, true);
    const perCpu = this.#counters.lookupPerCpu(key.bytes) ?? [];
    return perCpu.reduce((sum, value) => sum + Number(value.readBigUInt64LE()), 0);
  }
}

function attachHooks(object: BpfObject, cgroupDirectory: string): void {
  for (const program of object.programs()) {
    if (program.section.startsWith('cgroup/')) program.attachCgroup(cgroupDirectory);
  }
}

interface BytesWithView {
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

function viewOf(size: number): BytesWithView {
  const bytes = new Uint8Array(size);
  return { bytes, view: new DataView(bytes.buffer) };
}
