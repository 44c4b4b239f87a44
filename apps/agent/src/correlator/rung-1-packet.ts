// Rung 1, `packet`: the packet itself wrote whose it is on its way to the queue. Nothing has to be waited for, but a walk over open
// descriptors where the record of its socket was pushed out.
import { KERNEL, unknownBecause } from './correlator.ts';
import type { Correlation, NotYet, PacketFacts } from './correlator.ts';
import { isShared, ownerOf } from './flow-map.ts';
import type { FlowMap } from './flow-map.ts';
import { correlateForwarded } from './forwarded.ts';
import type { Senders } from './forwarded.ts';
import type { PushedOut } from './pushed-out.ts';

const NOT_RECORDED = unknownBecause(
  'its socket is older than the agent and shared by several processes, or its record was pushed out',
);
const SHARED = unknownBecause('two processes sent with the same addresses and ports at the same time');

export class PacketCorrelator {
  readonly #kernel: FlowMap & Senders;
  readonly #pushedOut: Pick<PushedOut, 'isFor' | 'correlate'>;

  constructor(kernel: FlowMap & Senders, pushedOut: Pick<PushedOut, 'isFor' | 'correlate'>) {
    this.#kernel = kernel;
    this.#pushedOut = pushedOut;
  }

  correlate(packet: PacketFacts): Correlation | NotYet {
    const { key, socketUid, isForwarded } = packet;
    if (isForwarded) return correlateForwarded(this.#kernel, key);
    const entry = this.#kernel.flowOwner(key);
    if (entry === undefined) return socketUid === undefined ? KERNEL : NOT_RECORDED;
    if (isShared(entry)) return SHARED;
    const { owner } = entry;
    if (!this.#pushedOut.isFor(owner)) return { kind: 'owner', owner: ownerOf(owner) };
    return socketUid === undefined ? KERNEL : this.#pushedOut.correlate(packet, owner);
  }
}
