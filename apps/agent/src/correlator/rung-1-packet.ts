// Rung 1, `packet`: the packet itself wrote whose it is on its way to the queue. Nothing has to be waited for.
import { KERNEL, unknownBecause } from './correlator.ts';
import type { Correlation, PacketFacts } from './correlator.ts';
import { isShared, ownerOf } from './flow-map.ts';
import type { FlowMap } from './flow-map.ts';
import { correlateForwarded } from './forwarded.ts';
import type { Senders } from './forwarded.ts';

const NOT_RECORDED = unknownBecause(
  'its socket is older than the agent and shared by several processes, or its record was pushed out',
);
const SHARED = unknownBecause('two processes sent with the same addresses and ports at the same time');

export class PacketCorrelator {
  readonly #kernel: FlowMap & Senders;

  constructor(kernel: FlowMap & Senders) {
    this.#kernel = kernel;
  }

  correlate({
    key,
    socketUid,
    isForwarded,
  }: Pick<PacketFacts, 'key' | 'socketUid' | 'isForwarded'>): Correlation {
    if (isForwarded) return correlateForwarded(this.#kernel, key);
    const entry = this.#kernel.flowOwner(key);
    if (entry === undefined) return socketUid === undefined ? KERNEL : NOT_RECORDED;
    return isShared(entry) ? SHARED : { kind: 'owner', owner: ownerOf(entry.owner) };
  }
}
