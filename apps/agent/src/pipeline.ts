// The data path on one screen: a queued packet gets its Owner, its Verdict, or a Prompt. Runs for every packet, so it reads
// only what a rule asks for; what history and prompts want besides is read afterwards.
import type { Verdict } from './domain/verdict.ts';
import type { Flow } from './domain/flow.ts';
import type { FailureCase } from './domain/failure-policy.ts';
import { failureAction } from './domain/failure-policy.ts';
import type { Packet } from './capture/packet-capture.ts';
import { readPacketHeaders } from './capture/packet-headers.ts';
import type { PacketHeaders } from './capture/packet-headers.ts';
import { correlate } from './correlator/correlator.ts';
import { buildFlow, flowKeyOf, flowMapKeyOf } from './flow-builder.ts';
import { flowSubject } from './flow-subject.ts';
import type { PipelinePorts, HeldPacket } from './pipeline-ports.ts';
import type { Process } from './domain/owner.ts';

export class Pipeline {
  readonly #ports: PipelinePorts;

  constructor(ports: PipelinePorts) {
    this.#ports = ports;
  }

  /** Answers the packet now or hands it to the broker. */
  handle(packet: Packet): void {
    const arrivedUs = this.#ports.clock.monotonicUs();
    const headers = packet.isDamaged ? undefined : readPacketHeaders(packet.payload);
    if (headers?.kind !== 'headers')
      return this.#refuseMalformed(packet, headers?.reason ?? 'damaged queue message');
    const correlation = correlate(this.#ports.flowMap, flowMapKeyOf(headers), packet.socketUid);
    if (correlation.kind === 'kernel') return this.#passKernelPacket(packet);
    const process = this.#ports.processes.processOf(correlation, packet.socketUid);
    const cookie = correlation.kind === 'owner' ? correlation.owner.socketCookie : 0n;
    this.#decide({ packet, arrivedUs }, this.#flowOf(headers, process, cookie));
  }

  /** Applies a verdict to a flow's packets: the one place where packets of flows are answered. */
  apply(flow: Flow, held: readonly HeldPacket[], verdict: Verdict): void {
    for (const { packet } of held) this.#answer(flow, packet, verdict);
    const heldSinceUs = held[0]?.arrivedUs;
    const nowUs = this.#ports.clock.monotonicUs();
    this.#ports.afterVerdict({ flow, verdict, heldUs: heldSinceUs === undefined ? 0 : nowUs - heldSinceUs });
  }

  #decide(held: HeldPacket, flow: Flow): void {
    const { broker } = this.#ports;
    const waiting = broker.flowOf(flow.key, flow.process);
    if (waiting !== undefined) return this.#join(held, waiting);
    const verdict = this.#verdictOf(flow);
    if (verdict !== undefined) return this.apply(flow, [held], verdict);
    this.#ask(held, flow);
  }

  /** The verdict that needs no person, or undefined where one is to be asked. */
  #verdictOf(flow: Flow): Verdict | undefined {
    const ports = this.#ports;
    if (ports.isOwnProcess(flow.process)) return { action: 'allow', reason: { kind: 'own' } };
    return (
      ports.modeVerdict() ??
      ports.ruleVerdict(flowSubject(flow)) ??
      ports.remembered(flow) ??
      this.#unaskable(flow)
    );
  }

  #unaskable(flow: Flow): Verdict | undefined {
    const ports = this.#ports;
    const isUnidentified = flow.socketCookie === 0n;
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
    if (verdict.action === 'allow') return packet.accept();
    packet.drop();
    if (verdict.reason.kind === 'withdrawn') return;
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
    return { action: failureAction(failure, this.#ports.strict), reason: { kind: 'failure', failure } };
  }

  #flowOf(headers: PacketHeaders, process: Process, socketCookie: bigint): Flow {
    const key = flowKeyOf(headers, this.#ports.networkNamespace);
    return buildFlow({ key, process, socketCookie, startedAtMs: this.#ports.clock.nowMs() });
  }
}
