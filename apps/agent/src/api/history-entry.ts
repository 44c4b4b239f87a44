// HistoryEntry of a HistoryRecord that was just made, for those who watch.
import type { HistoryRecord } from '../domain/history.ts';
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
    flow: key && { ...key, direction: flow?.direction, name: flow?.endpoint.name?.text },
    heldUs: record.heldUs,
    alike: record.alike,
    traffic: undefined,
  };
}
