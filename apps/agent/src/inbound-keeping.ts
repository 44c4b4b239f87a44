// What judges flows that begin elsewhere, built of the parts that know sockets, their processes and the kernel's maps.
import { Inbound } from './inbound.ts';
import { InboundArrivals } from './inbound-arrivals.ts';
import type { InboundMaps } from './kernel/inbound-maps.ts';
import type { KernelSide } from './kernel/kernel-side.ts';
import { isFound } from './kernel/owner-evidence.ts';
import { ListenerOwners } from './listener-owners.ts';
import type { Clock } from './platform/clock.ts';
import { listenersAt, receiverOf } from './platform/listeners.ts';
import { isSeenStill, sightSocket } from './platform/process-owner.ts';
import type { RemoteRefuser } from './refusal/remote-refuser.ts';
import type { OwnAddresses } from './platform/own-addresses.ts';

/** Given where what begins elsewhere is judged. */
export interface InboundParts {
  readonly maps: InboundMaps;
  readonly refuser: RemoteRefuser;
  readonly ownAddresses: OwnAddresses;
}

export interface InboundKeepingOptions {
  readonly inbound: InboundParts | undefined;
  readonly kernel: Pick<KernelSide, 'ownerOf'>;
  readonly clock: Clock;
  readonly networkNamespace: bigint;
  readonly generation: () => bigint;
}

export function buildInbound({ inbound, ...options }: InboundKeepingOptions): Inbound | undefined {
  if (inbound === undefined) return undefined;
  const { kernel, clock, networkNamespace, generation } = options;
  const { maps } = inbound;
  const recordOf = (cookie: bigint) => kernel.ownerOf(cookie);
  const nowMs = () => clock.monotonicUs() / 1000;
  const arrivals = new InboundArrivals({
    ...{ receiverOf, listenersAt },
    isOwnAddress: (address) => inbound.ownAddresses.has(address),
    bindsOf: (port) => maps.bindsOf(port),
    owners: new ListenerOwners({ maps, recordOf, sight: sightSocket, isSeenStill, nowMs }),
    isFound: (cookie) => {
      const record = recordOf(cookie);
      return record !== undefined && isFound(record.evidence);
    },
  });
  return new Inbound({
    ...{ maps, generation, networkNamespace, bootNs: clock.bootNs },
    destinationOf: (arrival) => arrivals.destinationOf(arrival),
    refuse: ({ payload, interfaceIndex }, key) => inbound.refuser.refuse({ key, payload, interfaceIndex }),
  });
}
