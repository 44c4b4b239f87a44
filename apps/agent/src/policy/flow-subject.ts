// FlowSubject: what the policy may ask about a flow, one field at a time, and FlowReader: which fields it did ask.
import type { Address } from '../domain/address.ts';
import type { AppId } from '../domain/app.ts';
import type { Direction, Protocol } from '../domain/flow-key.ts';
import type { ProcessInstance } from '../domain/owner.ts';

export type FlowField =
  'app' | 'container' | 'direction' | 'uid' | 'protocol' | 'address' | 'port' | 'processInstance' | 'lineage';

/** The process behind a flow, as the kernel recorded it. */
export interface FlowProcess extends ProcessInstance {
  /**
   * What the kernel recorded of its executable where `app` cannot be known, such as `inode:8:1:1234`. It names no program that
   * would be the same tomorrow, so only a rule for this very process goes by it.
   */
  readonly unprovenApp?: AppId | undefined;
}

/** Each getter is called at most once for an evaluation, and only when a rule that could decide asks for it. */
export interface FlowSubject {
  /** A packet socket, which has no remote end: `address` and `port` are never called, and few rules speak of it. */
  readonly isPacketSocket?: boolean;
  /** Undefined: cannot be known. Such a condition does not match an allow, and does match a deny. */
  app(): AppId | undefined;
  /** As containerText() has it, or NO_CONTAINER. Undefined: cannot be known, as for `app`. */
  container(): string | undefined;
  direction(): Direction;
  /** Undefined: cannot be known, as for `app`. */
  uid(): number | undefined;
  protocol(): Protocol;
  /** The remote address. */
  address(): Address;
  /** The port that names the service: the remote one going out, the local one coming in; 0 where the protocol has none. */
  port(): number;
  /** Undefined: cannot be known, as for `app`. */
  processInstance(): FlowProcess | undefined;
  /** The process and those that started it, itself first. Undefined: cannot be known to its end, as for `app`. */
  lineage(): readonly ProcessInstance[] | undefined;
}

/** What `container` says of a program that is in none: no container is called so. */
export const NO_CONTAINER = 'none';

/** One bit for each field. The order is the order in which conditions are tried: coarse fields first, so that few are consulted. */
export const FIELD = {
  app: 1,
  container: 2,
  direction: 4,
  uid: 8,
  protocol: 16,
  address: 32,
  port: 64,
  processInstance: 128,
  lineage: 256,
} as const satisfies Record<FlowField, number>;

const FIELD_NAMES = Object.keys(FIELD) as readonly FlowField[];
const FIELD_SETS: readonly ReadonlySet<FlowField>[] = Array.from(
  { length: 1 << FIELD_NAMES.length },
  (_, mask) => new Set(FIELD_NAMES.filter((name) => (mask & FIELD[name]) !== 0)),
);

/** The set of fields of a mask; the same object for the same mask. */
export function fieldSet(mask: number): ReadonlySet<FlowField> {
  const set = FIELD_SETS[mask];
  if (set === undefined) throw new RangeError(`${mask} is not a mask of flow fields`);
  return set;
}
