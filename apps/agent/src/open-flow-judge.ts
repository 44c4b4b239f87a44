// What the rules say of a flow that is open: which sockets are judged at all, and whose flow each of them is.
import type { Correlation } from './correlator/correlator.ts';
import { ownerOf } from './correlator/flow-map.ts';
import type { OwnerRecord } from './correlator/flow-map.ts';
import { isUnidentified } from './domain/app.ts';
import type { Flow } from './domain/flow.ts';
import type { FlowKey } from './domain/flow-key.ts';
import type { ProcessInstance } from './domain/owner.ts';
import type { Verdict } from './domain/verdict.ts';
import { buildFlow } from './flow-builder.ts';
import { flowSubject } from './flow-subject.ts';
import type { RuleDecision } from './pipeline-ports.ts';
import type { OpenSocket } from './platform/open-sockets.ts';
import type { FlowSubject } from './policy/flow-subject.ts';
import type { ProcessBook } from './process-book.ts';

export interface OpenFlowJudgePorts {
  readonly listeningPorts: () => ReadonlySet<number>;
  readonly ownerOf: (socketCookie: bigint) => OpenSocketOwner | undefined;
  /** Whose listener a connection of others was accepted by; undefined where what they begin is not judged, or it is nobody's. */
  readonly ownerOfAccepted: (socket: OpenSocket) => Correlation | undefined;
  readonly processes: Pick<ProcessBook, 'processOf'>;
  readonly isOwnProcess: (process: ProcessInstance) => boolean;
  /** Whether the last verdict of the flow is a refusal. */
  readonly isRefused: (flow: Flow) => boolean;
  readonly ruleDecision: (subject: FlowSubject) => RuleDecision | undefined;
  /** Whether a flow of the socket came by where what is forwarded is judged. */
  readonly isJudged: (socketCookie: bigint) => boolean;
  /** The agent's own. */
  readonly networkNamespace: bigint;
  readonly nowMs: () => number;
}

export interface OpenSocketOwner extends OwnerRecord {
  /** The socket is older than the agent: nobody saw which side began. */
  readonly isFound: boolean;
}

export interface DeniedFlow {
  readonly flow: Flow;
  readonly verdict: Verdict;
}

const SHARED_SINCE_BEFORE: Correlation = {
  kind: 'unknown',
  reason: 'its socket is older than the agent, and several processes have it open',
};

export class OpenFlowJudge {
  readonly #ports: OpenFlowJudgePorts;
  #listening: ReadonlySet<number> = new Set();

  constructor(ports: OpenFlowJudgePorts) {
    this.#ports = ports;
  }

  /** Call before the first of the sockets that are judged together. */
  begin(): void {
    this.#listening = this.#ports.listeningPorts();
  }

  /** Undefined where it stays. */
  denied(socket: OpenSocket): DeniedFlow | undefined {
    const flow = this.#flowOf(socket);
    if (flow === undefined || this.#ports.isOwnProcess(flow.process)) return undefined;
    if (!this.#isOpen(socket, flow)) return undefined;
    const decision = this.#ports.ruleDecision(flowSubject(flow));
    if (decision?.verdict.action !== 'deny' || isAboutUnknown(decision, flow)) return undefined;
    const { reason } = decision.verdict;
    if (reason.kind !== 'rule') return undefined;
    return { flow, verdict: { action: 'deny', reason: { ...reason, isCut: true } } };
  }

  /**
   * What was refused is not open where its socket only has hold of its destination: each datagram is judged anew, and so is the
   * next SYN. Ended, its program would read of an abort in place of the refusal.
   */
  #isOpen(socket: OpenSocket, flow: Flow): boolean {
    return !isJudgedByPacket(socket) || !this.#ports.isRefused(flow);
  }

  #flowOf(socket: OpenSocket): Flow | undefined {
    const record = this.#ports.ownerOf(socket.cookie);
    if (this.#isElsewhere(socket)) return this.#forwardedFlowOf(socket, record);
    if (record?.isFound !== false && this.#isAccepted(socket)) return this.#acceptedFlowOf(socket);
    return this.#build(socket, record);
  }

  #build(socket: OpenSocket, record: OpenSocketOwner | undefined): Flow {
    const correlation: Correlation =
      record === undefined ? SHARED_SINCE_BEFORE : { kind: 'owner', owner: ownerOf(record) };
    return buildFlow({
      ...{ key: keyOf(socket), socketCookie: socket.cookie },
      process: this.#ports.processes.processOf(correlation, record?.uid),
      startedAtMs: this.#ports.nowMs(),
    });
  }

  /** Somebody else began it. Undefined where that is not judged: then no rule has let it through. */
  #acceptedFlowOf(socket: OpenSocket): Flow | undefined {
    const correlation = this.#ports.ownerOfAccepted(socket);
    if (correlation === undefined) return undefined;
    return buildFlow({
      ...{ key: keyOf(socket), direction: 'in', socketCookie: socket.cookie },
      process: this.#ports.processes.processOf(correlation, undefined),
      startedAtMs: this.#ports.nowMs(),
    });
  }

  #isElsewhere({ place }: OpenSocket): boolean {
    return place.namespace !== this.#ports.networkNamespace;
  }

  /** Undefined between two programs of one container, whose packets do not come by here. */
  #forwardedFlowOf(socket: OpenSocket, record: OpenSocketOwner | undefined): Flow | undefined {
    if (record === undefined || !this.#ports.isJudged(socket.cookie)) return undefined;
    return this.#build(socket, record);
  }

  #isAccepted({ protocol, localPort }: OpenSocket): boolean {
    return protocol === 'tcp' && this.#listening.has(localPort);
  }
}

/** Whatever it sends next is judged: datagrams, and TCP that has not heard of the other side yet. */
export function isJudgedByPacket({ protocol, isConnecting }: OpenSocket): boolean {
  return protocol !== 'tcp' || isConnecting;
}

function keyOf({ protocol, localAddress, localPort, remoteAddress, remotePort, place }: OpenSocket): FlowKey {
  const networkNamespace = place.namespace;
  return { protocol, localAddress, localPort, remoteAddress, remotePort, networkNamespace };
}

/**
 * Whether another program in its place could be allowed. For a new flow a deny that cannot be ruled out holds; what is open
 * may be anybody's, and stays.
 */
function isAboutUnknown({ consulted }: RuleDecision, { process }: Flow): boolean {
  if (process.pid === 0 && (consulted.has('uid') || consulted.has('processInstance'))) return true;
  if (consulted.has('container') && process.container === undefined) return true;
  return consulted.has('app') && isUnidentified(process.app.id);
}
