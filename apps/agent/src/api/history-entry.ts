// HistoryEntry of a HistoryRecord that was just made, for those who watch.
import type { HistoryRecord } from '../domain/history.ts';
import { reasonText } from '../domain/verdict.ts';
import type { HistoryEntry } from './ports.ts';

/** The entry of a record under the id that the store gave it. */
export function historyEntryOf(id: bigint, record: HistoryRecord): HistoryEntry {
  const { flow, key } = record;
  return {
    id,
    atMs: record.atMs,
    action: record.verdict.action,
    reason: reasonText(record.verdict.reason),
    process: flow && {
      app: flow.process.app.id,
      path: flow.process.app.path,
      pid: flow.process.pid,
      uid: flow.process.uid,
      commandLine: flow.process.commandLine,
    },
    flow: key && { ...key, direction: flow?.direction, name: flow?.endpoint.name?.text },
    heldUs: record.heldUs,
    alike: record.alike,
    traffic: undefined,
  };
}
