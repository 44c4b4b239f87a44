// The data path on one screen: a queued packet gets its Owner, its Verdict, or a Prompt. Runs for every packet, so it reads
// only the App and what a rule asks for; what history and prompts want besides is read afterwards.
import type { App } from './domain/app.ts';
import { failureVerdict } from './domain/verdict.ts';
import type { Verdict } from './domain/verdict.ts';
import type { Flow } from './domain/flow.ts';
import type { FailureCase } from './domain/failure-policy.ts';
import type { Packet } from './capture/packet-capture.ts';
import { readPacketHeaders } from './capture/packet-headers.ts';
import type { PacketHeaders } from './capture/packet-headers.ts';
import type { Correlation } from './correlator/correlator.ts';
import { buildFlow, flowKeyOf, packetFactsOf } from './flow-builder.ts';
import { flowSubject } from './flow-subject.ts';
import type { DecidedFlow, HeldPacket, PipelinePorts, RuleDecision } from './pipeline-ports.ts';
import type { Owner, Process } from './domain/owner.ts';

/** No cookie of a namespace. */
const UNKNOWN_NAMESPACE = 0n;

interface SeenFlow extends Pick<DecidedFlow, 'flow' | 'remoteAddressBytes'> {
  /** Undefined where the kernel did not record it. */
  readonly owner: Owner | undefined;
}

export class Pipeline {
  readonly #ports: PipelinePorts;

  constructor(ports: PipelinePorts) {
    this.#ports = ports;
  }

  /** Answers the packet now or hands it to the broker. */
  handle(packet: Packet): void {
    const arrivedUs = this.#ports.clock.monotonicUs();
    const headers = packet.isDamaged ? undefined : readPacketHeaders(packet.payload, packet.ipVersion);
    if (headers?.kind !== 'headers')
      return this.#refuseMalformed(packet, headers?.reason ?? 'damaged queue message');
    if (packet.hook === 'input') return this.#handleInbound({ packet, arrivedUs }, headers);
    this.#correlate({ packet, arrivedUs }, headers);
  }

  /** Whoever begins is elsewhere: the process is that of the socket which the packet is for. */
  #handleInbound(held: HeldPacket, headers: PacketHeaders): void {
    const { inbound, clock, processes } = this.#ports;
    const key = inbound?.keyOf(headers);
    const destination = key && inbound?.destinationOf(key, held.packet);
    if (key === undefined || destination === undefined || destination.kind === 'pass')
      return held.packet.accept();
    const { correlation, socketCookie } = destination;
    if (correlation.kind === 'kernel') {
      inbound?.noteKernel(key);
      return this.#passKernelPacket(held.packet);
    }
    const process = processes.processOf(correlation, undefined);
    const flow = buildFlow({ key, process, direction: 'in', socketCookie, startedAtMs: clock.nowMs() });
    this.#decide(held, { flow, owner: undefined, remoteAddressBytes: headers.sourceBytes });
  }

  /** Applies a verdict to a flow's packets: the one place where packets of flows are answered. */
  apply(flow: Flow, held: readonly HeldPacket[], verdict: Verdict): void {
    identify(flow.process);
    for (const { packet } of held) this.#answer(flow, packet, verdict);
    const heldSinceUs = held[0]?.arrivedUs;
    const nowUs = this.#ports.clock.monotonicUs();
    const heldUs = heldSinceUs === undefined ? 0 : nowUs - heldSinceUs;
    this.#ports.afterVerdict({ flow, verdict, heldUs, alike: 0 });
  }

  #correlate(held: HeldPacket, headers: PacketHeaders): void {
    const { correlator, late } = this.#ports;
    const { packet, arrivedUs } = held;
    const mayWait = late.mayWait(arrivedUs);
    const correlation = correlator.correlate(packetFactsOf(headers, packet, mayWait));
    if (correlation.kind === 'kernel') return this.#passKernelPacket(packet);
    if (correlation.kind === 'not-yet') return late.wait(packet, () => this.#correlate(held, headers));
    this.#decide(held, this.#seenFlow(headers, correlation, packet));
  }

  #seenFlow(headers: PacketHeaders, correlation: Correlation, packet: Packet): SeenFlow {
    const process = this.#ports.processes.processOf(correlation, packet.socketUid);
    const owner = correlation.kind === 'owner' ? correlation.owner : undefined;
    const key = flowKeyOf(headers, owner?.networkNamespace ?? this.#namespaceOfUnknown(packet));
    const socketCookie = owner?.socketCookie ?? 0n;
    const direction = this.#ports.inbound?.beganElsewhere(key, socketCookie) === true ? 'in' : 'out';
    const startedAtMs = this.#ports.clock.nowMs();
    const flow = buildFlow({ key, process, direction, socketCookie, startedAtMs });
    return { flow, owner, remoteAddressBytes: headers.destinationBytes };
  }

  #namespaceOfUnknown({ hook }: Packet): bigint {
    return hook === 'forward' ? UNKNOWN_NAMESPACE : this.#ports.networkNamespace;
  }

  #decide(held: HeldPacket, seen: SeenFlow): void {
    const { broker } = this.#ports;
    const { flow } = seen;
    const waiting = broker.flowOf(flow);
    if (waiting !== undefined) return this.#join(held, waiting);
    const before = this.#verdictBeforeRules(flow);
    if (before !== undefined) return this.apply(flow, [held], before);
    const decision = this.#ports.ruleDecision(flowSubject(flow));
    if (decision !== undefined) return this.#applyDecision(held, seen, decision);
    const after = this.#ports.remembered(flow) ?? this.#unaskable(flow);
    if (after !== undefined) return this.apply(flow, [held], after);
    this.#ask(held, flow);
  }

  #verdictBeforeRules(flow: Flow): Verdict | undefined {
    if (this.#ports.isOwnProcess(flow.process)) return { action: 'allow', reason: { kind: 'own' } };
    return this.#ports.modeVerdict();
  }

  #applyDecision(
    held: HeldPacket,
    { flow, owner, remoteAddressBytes }: SeenFlow,
    decision: RuleDecision,
  ): void {
    this.apply(flow, [held], decision.verdict);
    if (owner !== undefined && flow.direction === 'out')
      this.#ports.teach({ owner, flow, decision, remoteAddressBytes });
  }

  #unaskable(flow: Flow): Verdict | undefined {
    const ports = this.#ports;
    const isUnidentified = flow.process.pid === 0;
    return isUnidentified && !ports.hasClient() ? this.#failure('ownerUnknown') : ports.defaultVerdict();
  }

  #ask(held: HeldPacket, flow: Flow): void {
    const result = this.#ports.broker.hold(flow, held);
    if (result.kind === 'limit') return this.apply(flow, [held], this.#failure('promptLimit'));
    this.#ports.afterHold(flow);
  }

  /** A retransmit, another datagram, or the same SYN queued again after somebody reloaded the firewall. */
  #join(held: HeldPacket, flow: Flow): void {
    if (this.#ports.broker.joinFlow(flow.id, held) !== 'joined') held.packet.drop();
  }

  #answer(flow: Flow, packet: Packet, verdict: Verdict): void {
    const { inbound } = this.#ports;
    inbound?.note(flow, verdict.action);
    if (verdict.action === 'allow') return packet.accept();
    packet.drop();
    if (verdict.reason.kind === 'withdrawn') return;
    if (packet.hook === 'input') return inbound?.refuse(packet, flow.key);
    this.#ports.refuse({ key: flow.key, socketCookie: flow.socketCookie, payload: packet.payload });
  }

  #refuseMalformed(packet: Packet, reason: string): void {
    packet.drop();
    this.#ports.afterUnreadable(reason, this.#failure('malformedPacket'));
  }

  #passKernelPacket(packet: Packet): void {
    packet.accept();
    this.#ports.afterKernelPacket();
  }

  #failure(failure: FailureCase): Verdict {
    return failureVerdict(failure, this.#ports.strict);
  }
}

/**
 * Reads the App where no rule asked for it: history names it, and once its packet is answered the process may end at once. Takes
 * a lookup, but for the first process of an executable.
 */
function identify(process: Process): App {
  return process.app;
}
