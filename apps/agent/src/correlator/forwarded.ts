// Whose packet it is that this machine forwards for one of its own network namespaces: reads what was noted as the packet left its
// namespace. Never guesses.
import { unknownBecause } from './correlator.ts';
import type { Correlation } from './correlator.ts';
import { isShared, ownerOf } from './flow-map.ts';
import type { FlowMapEntry, FlowMapKey } from './flow-map.ts';

const NOT_SEEN = unknownBecause(
  'it comes from a network namespace of this machine, and no process was seen to send it',
);
const SHARED = unknownBecause(
  'two processes sent from the same address and port at the same time, perhaps in two network namespaces',
);

/** The sending end as a packet shows it. */
export type SenderKey = Pick<FlowMapKey, 'sequence' | 'protocol'> & {
  readonly address: Uint8Array;
  readonly port: number;
};

export interface Senders {
  readonly senderOf: (key: SenderKey) => FlowMapEntry | undefined;
}

export function correlateForwarded(senders: Senders, key: FlowMapKey): Correlation {
  const { localAddress, localPort, sequence, protocol } = key;
  const entry = senders.senderOf({ address: localAddress, port: localPort, sequence, protocol });
  if (entry === undefined) return NOT_SEEN;
  return isShared(entry) ? SHARED : { kind: 'owner', owner: ownerOf(entry.owner) };
}
