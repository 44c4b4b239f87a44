// HistoryEntry of a HistoryRecord that was just made, for those who watch.
import type { HistoryRecord } from '../domain/history.ts';
import type { FlowKey } from '../domain/flow-key.ts';
import type { Flow } from '../domain/flow.ts';
import { reasonText } from '../domain/verdict.ts';
import type { HistoryEntry } from './ports.ts';

/** The entry of a record under the id that the store gave it. */
export function historyEntryOf(id: bigint, record: HistoryRecord): HistoryEntry {
  const { flow, key, process = flow?.process } = record;
  return {
    id,
    atMs: record.atMs,
    action: record.verdict.action,
    reason: reasonText(record.verdict.reason),
    process: process && {
      app: process.app.id,
      path: process.app.path,
      pid: process.pid,
      uid: process.uid,
      commandLine: process.commandLine,
    },
    flow: key && flowOf(key, flow),
    heldUs: record.heldUs,
    alike: record.alike,
    traffic: undefined,
  };
}

/** As the store keeps it: with the port that names the service, which of a flow that comes in is the local one. */
function flowOf(key: FlowKey, flow: Flow | undefined): HistoryEntry['flow'] {
  const remotePort = flow?.endpoint.port ?? key.remotePort;
  return { ...key, remotePort, direction: flow?.direction, name: flow?.endpoint.name?.text };
}
