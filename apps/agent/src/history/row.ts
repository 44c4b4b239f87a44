// Between HistoryRecord, a row of the table `record`, and HistoryEntry. Only this file and schema.ts know the columns.
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { Flow } from '../domain/flow.ts';
import type { Direction, FlowKey } from '../domain/flow-key.ts';
import type { HistoryRecord } from '../domain/history.ts';
import type { Process } from '../domain/owner.ts';
import { reasonText } from '../domain/verdict.ts';
import type { HistoryEntry } from './entry.ts';

const COLUMNS = [
  'at_ms',
  'action',
  'reason',
  'app',
  'path',
  'pid',
  'uid',
  'command_line',
  'protocol',
  'direction',
  'local_address',
  'local_port',
  'address',
  'port',
  'name',
  'held_us',
] as const;

export const INSERT_SQL = `INSERT INTO record (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`;

/** A command line may be 2 MiB long (ARG_MAX); this much of it says what ran. */
const MAX_COMMAND_LINE_LENGTH = 4096;

export type Row = Record<string, SQLOutputValue>;

/** Values in the order of INSERT_SQL. */
export function rowOf(record: HistoryRecord): SQLInputValue[] {
  const { atMs, verdict, flow, key, heldUs } = record;
  return [
    integer(atMs) ?? 0,
    verdict.action,
    reasonText(verdict.reason),
    ...processValues(flow?.process),
    ...keyValues(flow?.key ?? key, flow),
    flow?.endpoint.name?.text ?? null,
    Number.isFinite(heldUs) ? heldUs : 0,
  ];
}

/** app, path, pid, uid, command_line */
function processValues(process: Process | undefined): SQLInputValue[] {
  if (process === undefined) return [null, null, null, null, null];
  const { app, pid, uid, commandLine } = process;
  return [app.id, app.path ?? null, integer(pid), integer(uid), commandLineText(commandLine)];
}

/** protocol, direction, local_address, local_port, address, port */
function keyValues(key: FlowKey | undefined, flow: Flow | undefined): SQLInputValue[] {
  if (key === undefined) return [null, null, null, null, null, null];
  const remote = flow?.endpoint ?? { address: key.remoteAddress, port: key.remotePort };
  const local = [key.localAddress, integer(key.localPort)];
  return [key.protocol, flow?.direction ?? null, ...local, remote.address, integer(remote.port)];
}

export function entryOf(row: Row): HistoryEntry {
  return {
    id: number(row['id']) ?? 0,
    atMs: number(row['at_ms']) ?? 0,
    action: row['action'] === 'allow' ? 'allow' : 'deny',
    reason: text(row['reason']) ?? '',
    app: text(row['app']),
    path: text(row['path']),
    pid: number(row['pid']),
    uid: number(row['uid']),
    commandLine: commandLine(row['command_line']),
    protocol: text(row['protocol']),
    direction: direction(row['direction']),
    localAddress: text(row['local_address']),
    localPort: number(row['local_port']),
    address: text(row['address']),
    port: number(row['port']),
    name: text(row['name']),
    heldUs: number(row['held_us']) ?? 0,
  };
}

/** A STRICT table refuses anything else, and one refused row would hold up all that follow. */
function integer(value: number): number | null {
  const rounded = Math.round(value);
  return Number.isSafeInteger(rounded) ? rounded : null;
}

function commandLineText(commandLine: readonly string[]): string {
  const kept: string[] = [];
  let room = MAX_COMMAND_LINE_LENGTH;
  for (const argument of commandLine) {
    if (room <= 0) break;
    kept.push(argument.slice(0, room));
    room -= argument.length + 1;
  }
  return JSON.stringify(kept);
}

function commandLine(value: SQLOutputValue | undefined): readonly string[] {
  if (typeof value !== 'string') return [];
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? parsed.filter((part) => typeof part === 'string') : [];
  } catch {
    return [];
  }
}

function direction(value: SQLOutputValue | undefined): Direction | undefined {
  return value === 'in' || value === 'out' ? value : undefined;
}

function text(value: SQLOutputValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: SQLOutputValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
