// What the policy may ask about a Flow. Each getter reads no more than its own field.
import type { Flow } from './domain/flow.ts';
import type { FlowSubject } from './policy/flow-subject.ts';

/** `unknown` and `inode` Apps are no identity that a rule could name: for the policy they cannot be known. */
export function flowSubject(flow: Flow): FlowSubject {
  const isIdentified = flow.process.pid !== 0;
  return {
    app: () => {
      const { id, identity } = flow.process.app;
      return identity.kind === 'unknown' || identity.kind === 'inode' ? undefined : id;
    },
    direction: () => flow.direction,
    uid: () => (isIdentified ? flow.process.uid : undefined),
    protocol: () => flow.key.protocol,
    address: () => flow.endpoint.address,
    port: () => flow.endpoint.port,
    processInstance: () =>
      isIdentified ? { pid: flow.process.pid, startNs: flow.process.startNs } : undefined,
  };
}
