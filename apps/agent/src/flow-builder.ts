// From a packet's headers to the values that the data path speaks of: the flow map's key, the FlowKey, the Flow.
import type { Packet } from './capture/packet-capture.ts';
import type { PacketHeaders } from './capture/packet-headers.ts';
import type { PacketFacts } from './correlator/correlator.ts';
import type { FlowMapKey } from './correlator/flow-map.ts';
import type { Flow, FlowId } from './domain/flow.ts';
import type { FlowKey } from './domain/flow-key.ts';

/** The entry that the same packet wrote in the kernel: outgoing, so its source is the local end. */
export function flowMapKeyOf(headers: PacketHeaders): FlowMapKey {
  return {
    localAddress: headers.sourceBytes,
    remoteAddress: headers.destinationBytes,
    sequence: headers.sequence,
    localPort: headers.sourcePort,
    remotePort: headers.destinationPort,
    protocol: headers.protocolNumber,
  };
}

export function packetFactsOf(
  headers: PacketHeaders,
  { hook, socketUid }: Pick<Packet, 'hook' | 'socketUid'>,
  mayWait: boolean,
): PacketFacts {
  const { protocol, source, destination } = headers;
  const key = flowMapKeyOf(headers);
  const ends = { key, protocol, localAddress: source, remoteAddress: destination };
  return { ...ends, isForwarded: hook === 'forward', socketUid, mayWait };
}

export function flowKeyOf(headers: PacketHeaders, networkNamespace: bigint): FlowKey {
  return {
    protocol: headers.protocol,
    localAddress: headers.source,
    localPort: headers.sourcePort,
    remoteAddress: headers.destination,
    remotePort: headers.destinationPort,
    networkNamespace,
  };
}

let lastFlowNumber = 0;

export function buildFlow(parts: Pick<Flow, 'key' | 'process' | 'socketCookie' | 'startedAtMs'>): Flow {
  const { key, process, socketCookie, startedAtMs } = parts;
  const endpoint = { address: key.remoteAddress, port: key.remotePort, name: undefined };
  return { id: nextFlowId(), key, direction: 'out', process, endpoint, socketCookie, startedAtMs };
}

function nextFlowId(): FlowId {
  lastFlowNumber += 1;
  return `f${lastFlowNumber}` as FlowId;
}
