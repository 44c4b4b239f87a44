// Records and folders for the tests of this folder.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Address } from '../domain/address.ts';
import { appOf } from '../domain/app.ts';
import type { FlowId } from '../domain/flow.ts';
import type { HistoryRecord } from '../domain/history.ts';
import type { Action, RuleId } from '../domain/rule.ts';
import type { Verdict } from '../domain/verdict.ts';
import { NEWEST_100, type HistoryEntry, type HistoryFilter } from './entry.ts';
import { rowOf } from './row.ts';
import type { RowValues } from './row.ts';
import type { HistoryStore } from './store.ts';

export interface RecordParts {
  readonly atMs?: number;
  readonly path?: string;
  readonly address?: string;
  readonly port?: number;
  readonly action?: Action;
  readonly commandLine?: readonly string[];
  /** The rule that decided; absent: nobody answered. */
  readonly ruleId?: string;
  readonly trafficNumber?: number;
}

export function recordOf(parts: RecordParts = {}): HistoryRecord {
  const {
    atMs = 1000,
    path = '/usr/bin/curl',
    port = 443,
    action = 'allow',
    commandLine = ['curl', 'x'],
  } = parts;
  const address = (parts.address ?? '1.2.3.4') as Address;
  const key = {
    protocol: 'tcp',
    localAddress: '10.0.0.2' as Address,
    localPort: 40000,
    remoteAddress: address,
    remotePort: port,
    networkNamespace: 1n,
  } as const;
  const owner = {
    pid: 4711,
    startNs: 99n,
    app: appOf({ kind: 'path', path }),
    uid: 1000,
    userName: 'alice',
    commandLine,
    ancestors: [],
    lineage: undefined,
    cgroupId: 1n,
    container: 'none' as const,
  };
  const endpoint = { address, port, name: { text: 'example.com', evidence: 'asked by curl' } };
  const about = { id: 'f' as FlowId, direction: 'out', socketCookie: 5n, startedAtMs: atMs } as const;
  const verdict: Verdict = {
    action,
    reason:
      parts.ruleId === undefined
        ? { kind: 'failure', failure: 'promptTimeout' }
        : { kind: 'rule', ruleId: parts.ruleId as RuleId },
  };
  const flow = { ...about, key, process: owner, endpoint };
  return { atMs, flow, key, verdict, heldUs: 12.5, alike: 0, trafficNumber: parts.trafficNumber };
}

export function rowWith(parts: RecordParts = {}): RowValues {
  return rowOf(recordOf(parts));
}

const folders: string[] = [];
process.once('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A file name in a folder of its own, removed at the end of the process, when every store is closed. */
export function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-history-'));
  folders.push(folder);
  return join(folder, 'state', 'history.sqlite');
}

export async function entriesOf(
  store: Pick<HistoryStore, 'query'>,
  filter: Partial<HistoryFilter> = {},
): Promise<readonly HistoryEntry[]> {
  const result = await store.query({ ...NEWEST_100, ...filter });
  if (result.kind === 'unavailable') throw new Error(result.text);
  return result.entries;
}
