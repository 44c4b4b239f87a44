// The programs that run in the kernel, loaded and attached, and their maps with types: where the data path's first half
// (recorded at connect and send, written by the packet itself) is read.
import { BpfError, openObject } from 'bpf-loader-napi';
import type { BpfMap, BpfObject, BpfProgram, RingBufferConsumer } from 'bpf-loader-napi';
import {
  Counter,
  FLOW_OWNER_SIZE,
  readFlowOwner,
  readOwner,
  readSocketRecord,
  readSocketClosed,
  SENDER_KEY_SIZE,
  SOCKET_RECORD_SIZE,
  SOCKET_CLOSED_SIZE,
  writeSenderKey,
} from './gen/structs.ts';
import type { FlowKeyStruct, FlowOwnerStruct, OwnerStruct, SenderKeyStruct } from './gen/structs.ts';
import type { Traffic } from '../domain/traffic.ts';
import type { OwnNamespaces } from '../platform/own-namespaces.ts';
import { agentVariables } from './agent-variables.ts';
import { viewOf } from './bytes.ts';
import { denyErrorVariables } from './deny-error.ts';
import type { DenyError } from './deny-error.ts';
import { FlowMapReader } from './flow-map-reader.ts';
import {
  attachInbound,
  INBOUND_ONLY,
  INBOUND_PROGRAMS,
  InboundMaps,
  inboundSettings,
} from './inbound-maps.ts';
import type { KernelSide } from './kernel-side.ts';
import { checkLayouts } from './layout.ts';
import { isShared } from './owner-evidence.ts';
import { measurePrograms } from './program-costs.ts';
import type { ProgramCost } from './program-costs.ts';
import { SocketAdopter } from './socket-adopter.ts';
import type { WantedSocket } from './socket-adopter.ts';
import { TrafficCounters } from './traffic-counters.ts';
import { VerdictCache } from './verdict-cache.ts';
import type { VerdictCacheOptions } from './verdict-cache.ts';
import { walk } from './walk.ts';
import { join } from 'node:path';

export interface KernelProgramsOptions {
  /** The linked BPF object. */
  readonly objectPath: string;
  /** Root of the cgroup v2 tree: the hooks then see every process. */
  readonly cgroupDirectory: string;
  /** A directory on a bpffs; the packet programs are pinned there for iptables. */
  readonly pinDirectory: string;
  /** What a program is told whose flow is known as denied; see possibleDenyError. */
  readonly denyError: DenyError;
  readonly namespaces: OwnNamespaces;
  /** Whether senders in other network namespaces are noted. */
  readonly isForwardedNoted: boolean;
  /** Whether what begins elsewhere is judged: else its programs are not loaded. */
  readonly inbound: boolean;
  /** The application closed a socket that was watched. */
  readonly onSocketClosed: (cookie: bigint) => void;
}

/** Counted by the programs since they were loaded. */
export interface KernelCounters {
  readonly kernelPackets: number;
  readonly ownerMissing: number;
  readonly flowNotStored: number;
  readonly eventsLost: number;
  readonly ownPackets: number;
  /** By the verdict cache; `notKnown` are the packets that it could not decide. */
  readonly knownAllowed: number;
  readonly knownDenied: number;
  readonly notKnown: number;
  /** Flows decided by the verdict cache that were counted, not told one by one. */
  readonly onlyCounted: number;
  /** Forwarded packets let through that were another machine's, or to a network namespace. */
  readonly forwardedForOthers: number;
  /** Sockets whose record was pushed out, and whose process was found again. */
  readonly ownersFoundAgain: number;
}

/** Names of the pins in `pinDirectory`, as the netfilter rules use them. */
export const PACKET_PROGRAMS = {
  unknown: 'packet_unknown',
  denied: 'packet_denied',
  established: 'packet_established',
  forwarded: 'packet_forwarded',
  forwardedEstablished: 'forwarded_established',
} as const;

const PRESENT = Uint8Array.of(1);

export class KernelPrograms implements KernelSide {
  readonly #object: BpfObject;
  readonly #networkNamespace: bigint;
  readonly #flows: FlowMapReader;
  readonly #senders: BpfMap;
  readonly #owners: BpfMap;
  readonly #adopter: SocketAdopter;
  #foundAgain = 0;
  readonly #heldSockets: BpfMap;
  /** Undefined where the object has no packet program. */
  readonly #ownSockets: BpfMap | undefined;
  readonly #counters: BpfMap;
  readonly #events: RingBufferConsumer;
  /** Why the kernel does not count what flows carry; undefined: it does. */
  readonly whyUncounted: string | undefined;
  /** Programs of the object that are not loaded. */
  readonly #leftOut: ReadonlySet<string>;
  #verdictCache: Pick<VerdictCache<never>, 'close'> | undefined;
  #traffic: TrafficCounters | undefined;
  readonly #senderKey = viewOf(SENDER_KEY_SIZE);
  readonly #sender = viewOf(FLOW_OWNER_SIZE);
  readonly #record = viewOf(SOCKET_RECORD_SIZE);
  readonly #cookie = viewOf(8);

  /** Throws BpfError (with the verifier's log where it refused) and leaves nothing attached. */
  static load(options: KernelProgramsOptions): KernelPrograms {
    const { object, whyUncounted } = loadObject(options);
    try {
      checkLayouts(object);
      const programs = new KernelPrograms({ ...options, object, whyUncounted });
      attachHooks(object, options.cgroupDirectory);
      if (options.inbound) attachInbound(object, options.cgroupDirectory);
      // Sockets that are older than the hooks get the process that has them open.
      walk(object, 'adopt_sockets');
      if (hasProgram(object, PACKET_PROGRAMS.unknown)) pinPacketPrograms(object, options);
      return programs;
    } catch (error) {
      object.close();
      throw error;
    }
  }

  private constructor({ object, whyUncounted, inbound, onSocketClosed, namespaces }: LoadedPrograms) {
    this.#networkNamespace = namespaces.network;
    this.#object = object;
    this.#leftOut = new Set([
      ...(inbound ? [] : INBOUND_ONLY),
      ...(whyUncounted === undefined ? [] : TRAFFIC_PROGRAMS),
    ]);
    this.whyUncounted = whyUncounted;
    this.#flows = new FlowMapReader(object);
    this.#senders = object.map('senders');
    this.#owners = object.map('owners');
    this.#adopter = new SocketAdopter(object);
    this.#heldSockets = object.map('held_sockets');
    this.#ownSockets = hasProgram(object, PACKET_PROGRAMS.unknown) ? object.map('own_sockets') : undefined;
    this.#counters = object.map('counters');
    this.#events = object.map('events').consumeRingBuffer((record) => {
      if (record.length < SOCKET_CLOSED_SIZE) return;
      const view = new DataView(record.buffer, record.byteOffset, record.length);
      onSocketClosed(readSocketClosed(view).socketCookie);
    });
  }

  /** Whose packet was last queued with this key. */
  flowOwner(key: FlowKeyStruct): FlowOwnerStruct | undefined {
    return this.#flows.flowOwner(key);
  }

  /** Which socket of another network namespace last sent from this address and port. */
  senderOf(key: SenderKeyStruct): FlowOwnerStruct | undefined {
    writeSenderKey(this.#senderKey.view, key);
    return this.#senders.lookupInto(this.#senderKey.bytes, this.#sender.bytes)
      ? readFlowOwner(this.#sender.view)
      : undefined;
  }

  /** The process last seen with a socket; undefined once the socket is closed. */
  ownerOf(socketCookie: bigint): OwnerStruct | undefined {
    return this.#lookUp(socketCookie) ? readOwner(this.#record.view) : undefined;
  }

  /** What was decided of it is either told or counted with its verdict. */
  isJudged(socketCookie: bigint): boolean {
    if (!this.#lookUp(socketCookie)) return false;
    const { isTold, number } = readSocketRecord(this.#record.view);
    return isTold !== 0 || number !== 0;
  }

  /** Of a socket whose record was pushed out: who has it open now. One walk over every open descriptor. */
  findAgain(socket: WantedSocket): OwnerStruct | undefined {
    this.#adopter.adopt(socket);
    const owner = this.ownerOf(socket.socketCookie);
    if (owner !== undefined && !isShared(owner.evidence)) this.#foundAgain += 1;
    return owner;
  }

  /**
   * Asks to hear when the socket closes. False when it is closed already: between the packet and this call the
   * application may have given up.
   */
  watchSocket(socketCookie: bigint): boolean {
    this.#cookie.view.setBigUint64(0, socketCookie, true);
    this.#heldSockets.update(this.#cookie.bytes, PRESENT);
    if (this.#lookUp(socketCookie)) return true;
    this.unwatchSocket(socketCookie);
    return false;
  }

  unwatchSocket(socketCookie: bigint): void {
    this.#cookie.view.setBigUint64(0, socketCookie, true);
    this.#heldSockets.delete(this.#cookie.bytes);
  }

  /** Lets the ICMP messages of one of the agent's own sockets pass without a question. */
  passOwnSocket(socketCookie: bigint): void {
    this.#cookie.view.setBigUint64(0, socketCookie, true);
    this.#ownSockets?.update(this.#cookie.bytes, PRESENT);
  }

  /** True where the socket has a record, which is then in `#record`. */
  #lookUp(socketCookie: bigint): boolean {
    this.#cookie.view.setBigUint64(0, socketCookie, true);
    return this.#owners.lookupInto(this.#cookie.bytes, this.#record.bytes);
  }

  /** Once; closes with the programs. */
  openVerdictCache<Meaning>(options: VerdictCacheOptions<Meaning>): VerdictCache<Meaning> {
    const cache = new VerdictCache(this.#object, options);
    this.#verdictCache = cache;
    return cache;
  }

  /** What each program costs, measured for so long. */
  measure(durationMs: number): Promise<readonly ProgramCost[]> {
    const loaded = this.#object.programs().filter(({ name }) => !this.#leftOut.has(name));
    return measurePrograms(loaded, durationMs);
  }

  /** Only where what begins elsewhere is judged. */
  openInboundMaps(): InboundMaps {
    return new InboundMaps(this.#object);
  }

  /** Once; closes with the programs. */
  openTrafficCounters(onEnded: (socketCookie: bigint) => void): TrafficCounters {
    return (this.#traffic = new TrafficCounters(this.#object, this.#networkNamespace, onEnded));
  }

  /** What untold flows carried that this cached verdict let through. */
  readAlikeTraffic(number: number): Traffic | undefined {
    return this.#traffic?.readAlike(number);
  }

  /** `counters().onlyCounted` alone: asked for again and again. */
  onlyCounted(): number {
    return this.#count(Counter.COUNTER_ONLY_COUNTED);
  }

  counters(): KernelCounters {
    return {
      kernelPackets: this.#count(Counter.COUNTER_KERNEL_PACKETS),
      ownerMissing: this.#count(Counter.COUNTER_OWNER_MISSING),
      flowNotStored: this.#count(Counter.COUNTER_FLOW_NOT_STORED),
      eventsLost: this.#count(Counter.COUNTER_EVENTS_LOST),
      ownPackets: this.#count(Counter.COUNTER_OWN_PACKETS),
      knownAllowed: this.#count(Counter.COUNTER_KNOWN_ALLOWED),
      knownDenied: this.#count(Counter.COUNTER_KNOWN_DENIED),
      notKnown: this.#count(Counter.COUNTER_NOT_KNOWN),
      onlyCounted: this.onlyCounted(),
      forwardedForOthers: this.#count(Counter.COUNTER_FORWARDED_FOR_OTHERS),
      ownersFoundAgain: this.#foundAgain,
    };
  }

  /** Detaches and frees everything but the pins, which go with their directory. */
  close(): void {
    this.#verdictCache?.close();
    this.#traffic?.close();
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

interface LoadedPrograms extends Pick<KernelProgramsOptions, 'inbound' | 'onSocketClosed' | 'namespaces'> {
  readonly object: BpfObject;
  readonly whyUncounted: string | undefined;
}

const UNCOUNTED = 'it takes the packet program';
const TRAFFIC_PROGRAMS = ['traffic_out', 'traffic_in'];

function openWithSettings(options: KernelProgramsOptions): BpfObject {
  const { denyError, namespaces, isForwardedNoted } = options;
  const { globals, maps } = inboundSettings(options.inbound);
  const own = { ...agentVariables(namespaces), notes_senders: isForwardedNoted };
  const object = openObject(options.objectPath, {
    globals: { ...denyErrorVariables(denyError), ...own, ...globals },
    maps: isForwardedNoted ? maps : { ...maps, ...NO_SENDERS },
  });
  if (!options.inbound)
    for (const name of INBOUND_ONLY) if (hasProgram(object, name)) object.program(name).setAutoload(false);
  return object;
}

function hasProgram(object: BpfObject, name: string): boolean {
  return object.programs().some((program) => program.name === name);
}

function pinPacketPrograms(
  object: BpfObject,
  { inbound, pinDirectory }: Pick<KernelProgramsOptions, 'inbound' | 'pinDirectory'>,
): void {
  const names = [...Object.values(PACKET_PROGRAMS), ...(inbound ? Object.values(INBOUND_PROGRAMS) : [])];
  for (const name of names) object.program(name).pin(join(pinDirectory, name));
}

/** Maps of a thing that is off take no memory. */
const NO_SENDERS = {
  senders: { maxEntries: 1 },
  namespace_addresses: { maxEntries: 1 },
  datagram_begins: { maxEntries: 1 },
};

/** With the traffic programs where this kernel takes them, else without: who may talk is decided all the same. */
function loadObject(options: KernelProgramsOptions): Pick<LoadedPrograms, 'object' | 'whyUncounted'> {
  const object = openWithSettings(options);
  try {
    object.load();
    if (!hasProgram(object, PACKET_PROGRAMS.unknown)) return { object, whyUncounted: UNCOUNTED };
    for (const name of TRAFFIC_PROGRAMS) object.program(name).attachCgroup(options.cgroupDirectory);
    return { object, whyUncounted: undefined };
  } catch (error) {
    object.close();
    if (!(error instanceof BpfError)) throw error;
    return { object: loadWithoutTraffic(options), whyUncounted: error.message };
  }
}

function loadWithoutTraffic(options: KernelProgramsOptions): BpfObject {
  const object = openWithSettings(options);
  try {
    for (const name of TRAFFIC_PROGRAMS.filter((known) => hasProgram(object, known)))
      object.program(name).setAutoload(false);
    object.load();
    return object;
  } catch (error) {
    object.close();
    throw error;
  }
}

function attachHooks(object: BpfObject, cgroupDirectory: string): void {
  for (const program of object.programs()) {
    if (isHook(program)) program.attachCgroup(cgroupDirectory);
  }
}

/** Those of flows that begin elsewhere are attached by themselves. */
function isHook({ name, section }: Pick<BpfProgram, 'name' | 'section'>): boolean {
  return /^(cgroup\/|sockops$)/.test(section) && !INBOUND_ONLY.includes(name);
}
