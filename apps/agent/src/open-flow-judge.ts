// What the rules say of a flow that is open: which sockets are judged at all, and whose flow each of them is.
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
  readonly processes: Pick<ProcessBook, 'processOf'>;
  readonly isOwnProcess: (process: ProcessInstance) => boolean;
  /** Whether the last verdict of the flow is a refusal. */
  readonly isRefused: (flow: Flow) => boolean;
  readonly ruleDecision: (subject: FlowSubject) => RuleDecision | undefined;
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
    if (flow === undefined || this.#ports.isOwnProcess(flow.process) || this.#isClosed(flow))
      return undefined;
    const decision = this.#ports.ruleDecision(flowSubject(flow));
    if (decision?.verdict.action !== 'deny' || isAboutUnknown(decision, flow)) return undefined;
    const { reason } = decision.verdict;
    if (reason.kind !== 'rule') return undefined;
    return { flow, verdict: { action: 'deny', reason: { ...reason, isCut: true } } };
  }

  /**
   * A datagram flow that was refused is not open: its socket has hold of its destination, and each of its packets is judged
   * anew. Ended, its program would read of an abort in place of the refusal. A TCP socket may have connected again since.
   */
  #isClosed(flow: Flow): boolean {
    return flow.key.protocol !== 'tcp' && this.#ports.isRefused(flow);
  }

  /** Undefined for a connection that somebody else began: nobody was seen to connect, and no rule has let it through. */
  #flowOf(socket: OpenSocket): Flow | undefined {
    const record = this.#ports.ownerOf(socket.cookie);
    if (record?.isFound !== false && this.#isAccepted(socket)) return undefined;
    const correlation =
      record === undefined
        ? ({
            kind: 'unknown',
            reason: 'its socket is older than the agent, and several processes have it open',
          } as const)
        : ({ kind: 'owner', owner: ownerOf(record) } as const);
    return buildFlow({
      key: this.#keyOf(socket),
      process: this.#ports.processes.processOf(correlation, record?.uid),
      socketCookie: socket.cookie,
      startedAtMs: this.#ports.nowMs(),
    });
  }

  #isAccepted({ protocol, localPort }: OpenSocket): boolean {
    return protocol === 'tcp' && this.#listening.has(localPort);
  }

  #keyOf({ protocol, localAddress, localPort, remoteAddress, remotePort }: OpenSocket): FlowKey {
    const { networkNamespace } = this.#ports;
    return { protocol, localAddress, localPort, remoteAddress, remotePort, networkNamespace };
  }
}

/**
 * Whether another program in its place could be allowed. For a new flow a deny that cannot be ruled out holds; what is open
 * may be anybody's, and stays.
 */
function isAboutUnknown({ consulted }: RuleDecision, { process }: Flow): boolean {
  if (process.pid === 0)
    return consulted.has('app') || consulted.has('uid') || consulted.has('processInstance');
  return consulted.has('app') && isUnidentified(process.app.id);
}
