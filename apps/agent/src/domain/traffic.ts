// Traffic: what a flow carried, in packets and in bytes of IP packets with their headers, as netfilter counts them.
import type { Flow } from './flow.ts';

export interface Traffic {
  readonly packetsOut: number;
  readonly bytesOut: number;
  readonly packetsIn: number;
  readonly bytesIn: number;
}

export interface FlowTraffic {
  readonly flow: Flow;
  /** Since the flow began. */
  readonly traffic: Traffic;
  /** Nothing more will be told of it. */
  readonly isEnded: boolean;
}

export interface TrafficReport {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly flows: readonly FlowTraffic[];
}

export const NO_TRAFFIC: Traffic = { packetsOut: 0, bytesOut: 0, packetsIn: 0, bytesIn: 0 };

export function addTraffic(one: Traffic, other: Traffic): Traffic {
  return {
    packetsOut: one.packetsOut + other.packetsOut,
    bytesOut: one.bytesOut + other.bytesOut,
    packetsIn: one.packetsIn + other.packetsIn,
    bytesIn: one.bytesIn + other.bytesIn,
  };
}

/** What came after `before`. */
export function trafficSince(now: Traffic, before: Traffic): Traffic {
  return {
    packetsOut: now.packetsOut - before.packetsOut,
    bytesOut: now.bytesOut - before.bytesOut,
    packetsIn: now.packetsIn - before.packetsIn,
    bytesIn: now.bytesIn - before.bytesIn,
  };
}

/** Counters only go up: the same numbers of packets are the same traffic. */
export function isSameTraffic(one: Traffic, other: Traffic): boolean {
  return one.packetsOut === other.packetsOut && one.packetsIn === other.packetsIn;
}
