// What the policy may ask about a Flow. Each getter reads no more than its own field.
import { isUnidentified } from './domain/app.ts';
import { containerText } from './domain/container.ts';
import { PACKET } from './domain/flow-key.ts';
import type { Flow } from './domain/flow.ts';
import type { Process } from './domain/owner.ts';
import { NO_CONTAINER } from './policy/flow-subject.ts';
import type { FlowProcess, FlowSubject } from './policy/flow-subject.ts';

/** `unknown` and `inode` Apps are no identity that a lasting rule could name: for the policy they cannot be known. */
export function flowSubject(flow: Flow): FlowSubject {
  const isIdentified = flow.process.pid !== 0;
  return {
    isPacketSocket: flow.key.protocol === PACKET,
    app: () => {
      const { id } = flow.process.app;
      return isUnidentified(id) ? undefined : id;
    },
    container: () => containerOf(flow.process),
    direction: () => flow.direction,
    uid: () => (isIdentified ? flow.process.uid : undefined),
    protocol: () => flow.key.protocol,
    address: () => flow.endpoint.address,
    port: () => flow.endpoint.port,
    processInstance: () => (isIdentified ? flowProcess(flow.process) : undefined),
    lineage: () => (isIdentified ? flow.process.lineage : undefined),
  };
}

/** Also where its program is not known: what the kernel recorded of its place is enough. */
function containerOf({ container }: Process): string | undefined {
  if (container === undefined) return undefined;
  return container === 'none' ? NO_CONTAINER : containerText(container);
}

function flowProcess({ pid, startNs, app }: Process): FlowProcess {
  return { pid, startNs, unprovenApp: app.identity.kind === 'inode' ? app.id : undefined };
}
