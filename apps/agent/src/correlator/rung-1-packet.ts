// Rung 1, `packet`: the packet itself wrote whose it is on its way to the queue. Nothing has to be waited for.
import { KERNEL, unknownBecause } from './correlator.ts';
import type { Correlation, PacketFacts } from './correlator.ts';
import { isShared, ownerOf } from './flow-map.ts';
import type { FlowMap } from './flow-map.ts';

export class PacketCorrelator {
  readonly #flowMap: FlowMap;

  constructor(flowMap: FlowMap) {
    this.#flowMap = flowMap;
  }

  correlate({ key, socketUid }: Pick<PacketFacts, 'key' | 'socketUid'>): Correlation {
    const entry = this.#flowMap.flowOwner(key);
    if (entry === undefined) {
      if (socketUid === undefined) return KERNEL;
      return unknownBecause(
        'its socket is older than the agent and shared by several processes, or its record was pushed out',
      );
    }
    if (isShared(entry))
      return unknownBecause('two processes sent with the same addresses and ports at the same time');
    return { kind: 'owner', owner: ownerOf(entry.owner) };
  }
}
