// What flows carry, as the wire says it.
import type * as Wire from '@sallyport/proto';
import type { FlowTraffic, Traffic, TrafficReport } from '../../domain/traffic.ts';
import { writeDirection } from './enums.ts';

export function writeTrafficReport({ atMs, flows }: TrafficReport): Wire.TrafficReport {
  return { atMs, flows: flows.map(writeFlowTraffic) };
}

function writeFlowTraffic({ flow, traffic, isEnded }: FlowTraffic): Wire.FlowTraffic {
  const { key, process, endpoint } = flow;
  return {
    id: flow.id,
    app: process.app.id,
    path: process.app.path ?? '',
    pid: process.pid,
    uid: process.uid,
    protocol: key.protocol,
    direction: writeDirection(flow.direction),
    localAddress: key.localAddress,
    localPort: key.localPort,
    address: endpoint.address,
    port: endpoint.port,
    name: endpoint.name?.text ?? '',
    startedAtMs: flow.startedAtMs,
    traffic: writeTraffic(traffic),
    ended: isEnded,
  };
}

export function writeTraffic({ packetsOut, bytesOut, packetsIn, bytesIn }: Traffic): Wire.Traffic {
  return {
    packetsOut: String(packetsOut),
    bytesOut: String(bytesOut),
    packetsIn: String(packetsIn),
    bytesIn: String(bytesIn),
  };
}
