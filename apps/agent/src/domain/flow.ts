// Flow: one conversation of one Process with one Endpoint.
import type { Address } from './address.ts';
import type { Direction, FlowKey } from './flow-key.ts';
import type { Process } from './owner.ts';

export type FlowId = string & { readonly __brand: 'FlowId' };

export interface Endpoint {
  readonly address: Address;
  /** The port that names the service: the remote one of a flow that goes out, the local one of a flow that comes in. */
  readonly port: number;
  /** A name with how it was learnt; undefined where no lookup is known. */
  readonly name: { readonly text: string; readonly evidence: string } | undefined;
}

export interface Flow {
  readonly id: FlowId;
  readonly key: FlowKey;
  readonly direction: Direction;
  readonly process: Process;
  readonly endpoint: Endpoint;
  /** Cookie of the socket; 0n where nothing was recorded. */
  readonly socketCookie: bigint;
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
}
