// What the pipeline needs of the rest of the agent, declared by the one who needs it. main.ts puts the real things behind.
import type { Packet } from './capture/packet-capture.ts';
import type { Correlation, NotYet, PacketFacts } from './correlator/correlator.ts';
import type { Flow, FlowId } from './domain/flow.ts';
import type { FlowKey } from './domain/flow-key.ts';
import type { Owner, Process, ProcessInstance } from './domain/owner.ts';
import type { Inbound } from './inbound.ts';
import type { Verdict } from './domain/verdict.ts';
import type { Clock } from './platform/clock.ts';
import type { FlowField, FlowSubject } from './policy/flow-subject.ts';

/** A packet with the time at which it arrived, on the clock's monotonic side. */
export interface HeldPacket {
  readonly packet: Packet;
  readonly arrivedUs: number;
}

/** A rung of the ladder: finds whose packet it is. */
export interface Correlator {
  readonly correlate: (packet: PacketFacts) => Correlation | NotYet;
}

/** The broker as the data path sees it. */
export interface HoldingBroker {
  readonly flowOf: (flow: Flow) => Flow | undefined;
  readonly joinFlow: (id: FlowId, packet: HeldPacket) => 'joined' | 'full' | 'unknown-flow';
  readonly hold: (flow: Flow, packet: HeldPacket) => { readonly kind: string };
}

export interface AppliedVerdict {
  readonly flow: Flow;
  readonly verdict: Verdict;
  /** From the arrival of the flow's first packet to its verdict, microseconds. */
  readonly heldUs: number;
  /** Further flows with this App, this endpoint as far as the rule looks at it, and this verdict, that were only counted. */
  readonly alike: number;
  /** Where what they carried is counted together: their number in history. */
  readonly trafficNumber?: number;
}

/** What the rules say of a flow, and of which others they say the same. */
export interface RuleDecision {
  readonly verdict: Verdict;
  /** Any flow that is equal in these fields gets the same verdict from the same rules. */
  readonly consulted: ReadonlySet<FlowField>;
  /** Milliseconds since 1970; undefined: as long as the rules stay. */
  readonly validUntilMs: number | undefined;
}

export interface DecidedFlow {
  readonly owner: Owner;
  readonly flow: Flow;
  readonly decision: RuleDecision;
  /** 16 bytes, IPv4 as ::ffff:a.b.c.d. */
  readonly remoteAddressBytes: Uint8Array;
}

export interface RefusedPacket {
  readonly key: FlowKey;
  readonly socketCookie: bigint;
  readonly payload: Uint8Array;
}

export interface PipelinePorts {
  readonly clock: Clock;
  readonly strict: boolean;
  /** Cookie of the network namespace whose packets are queued. */
  readonly networkNamespace: bigint;
  readonly correlator: Correlator;
  /** Packets that are asked about again in a moment. */
  readonly late: {
    readonly mayWait: (arrivedUs: number) => boolean;
    readonly wait: (packet: Packet, askAgain: () => void) => void;
  };
  readonly processes: {
    readonly processOf: (correlation: Correlation, socketUid: number | undefined) => Process;
  };
  readonly broker: HoldingBroker;
  readonly isOwnProcess: (process: ProcessInstance) => boolean;
  /** While paused: let through. */
  readonly modeVerdict: () => Verdict | undefined;
  readonly ruleDecision: (subject: FlowSubject) => RuleDecision | undefined;
  /** What a person or a time-out said once about this very socket and flow. */
  readonly remembered: (flow: Flow) => Verdict | undefined;
  /** Where unknown flows are not asked about. */
  readonly defaultVerdict: () => Verdict | undefined;
  readonly hasClient: () => boolean;
  readonly refuse: (packet: RefusedPacket) => void;
  /** Called after the packet is answered: flows like this one may be decided in the kernel from now on. */
  readonly teach: (decided: DecidedFlow) => void;
  readonly afterHold: (flow: Flow) => void;
  readonly afterVerdict: (applied: AppliedVerdict) => void;
  readonly afterUnreadable: (reason: string, verdict: Verdict) => void;
  readonly afterKernelPacket: () => void;
  /** Undefined where what comes in is not judged. */
  readonly inbound: Inbound | undefined;
}
