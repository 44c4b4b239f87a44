// Between HistoryRecord, a row of the table `record`, and HistoryEntry. Only this file and schema.ts know the columns.
import type { SQLOutputValue } from 'node:sqlite';
import type { Flow } from '../domain/flow.ts';
import type { Direction, FlowKey } from '../domain/flow-key.ts';
import type { HistoryRecord, TrafficOfRecord } from '../domain/history.ts';
import type { Process } from '../domain/owner.ts';
import type { Traffic } from '../domain/traffic.ts';
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
  'alike',
  'traffic_number',
] as const;

export const INSERT_SQL = `INSERT INTO record (${COLUMNS.join(', ')}) VALUES (${COLUMNS.map(() => '?').join(', ')})`;

/** The newest record with this number: a flow may have more than one, where its verdict changed. */
export const UPDATE_TRAFFIC_SQL = `UPDATE record SET packets_out = ?, bytes_out = ?, packets_in = ?, bytes_in = ?
  WHERE id = (SELECT max(id) FROM record WHERE traffic_number = ?)`;

/** A command line may be 2 MiB long (ARG_MAX); this much of it says what ran. */
const MAX_COMMAND_LINE_LENGTH = 4096;

/** What is stored of a record, in the order of INSERT_SQL: flat and plain, so that crossing to another thread costs little. */
export type RowValues = readonly (string | number | null)[];

export type HistoryWrite = RowValues | TrafficOfRecord;

export function isTraffic(write: HistoryWrite): write is TrafficOfRecord {
  return 'trafficNumber' in write;
}

/** In the order of UPDATE_TRAFFIC_SQL. */
export function trafficValues({ trafficNumber, traffic }: TrafficOfRecord): RowValues {
  const { packetsOut, bytesOut, packetsIn, bytesIn } = traffic;
  return [packetsOut, bytesOut, packetsIn, bytesIn, trafficNumber].map(integer);
}

export type Row = Record<string, SQLOutputValue>;

/** Reads what the record knows of its process now: a moment later the process may be gone. */
export function rowOf(record: HistoryRecord): RowValues {
  const { atMs, verdict, flow, key, process, heldUs, alike, trafficNumber } = record;
  return [
    integer(atMs) ?? 0,
    verdict.action,
    reasonText(verdict.reason),
    ...processValues(flow?.process ?? process),
    ...keyValues(flow?.key ?? key, flow),
    flow?.endpoint.name?.text ?? null,
    Number.isFinite(heldUs) ? heldUs : 0,
    integer(alike) ?? 0,
    trafficNumber === undefined ? null : integer(trafficNumber),
  ];
}

/** app, path, pid, uid, command_line */
function processValues(process: Process | undefined): RowValues {
  if (process === undefined) return [null, null, null, null, null];
  const { app, pid, uid, commandLine } = process;
  return [app.id, app.path ?? null, integer(pid), integer(uid), commandLineText(commandLine)];
}

/** protocol, direction, local_address, local_port, address, port */
function keyValues(key: FlowKey | undefined, flow: Flow | undefined): RowValues {
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
    alike: number(row['alike']) ?? 0,
    traffic: trafficOf(row),
  };
}

function trafficOf(row: Row): Traffic | undefined {
  const [packetsOut, bytesOut] = [number(row['packets_out']), number(row['bytes_out'])];
  const [packetsIn, bytesIn] = [number(row['packets_in']), number(row['bytes_in'])];
  if (packetsOut === undefined || bytesOut === undefined) return undefined;
  return { packetsOut, bytesOut, packetsIn: packetsIn ?? 0, bytesIn: bytesIn ?? 0 };
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
