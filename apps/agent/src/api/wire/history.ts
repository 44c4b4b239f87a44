// History on the wire: the query and its entries.
import type * as Wire from '@sallyport/proto';
import type { HistoryEntry, HistoryQuery } from '../ports.ts';
import { ACTIONS, writeAction, writeDirection } from './enums.ts';
import { readEnum, readNumber, readPort } from './field.ts';
import { readAddress, readAppId } from './network.ts';

const DEFAULT_LIMIT = 100;
const LARGEST_LIMIT = 10_000;
const LATEST_MS = 8_640_000_000_000_000;

/** Throws an InvalidField. */
export function readHistoryQuery(request: Wire.ListHistoryRequest): HistoryQuery {
  return {
    limit: readNumber('limit', request.limit, { from: 0, to: LARGEST_LIMIT }) || DEFAULT_LIMIT,
    beforeId: request.beforeId === '0' ? undefined : BigInt(request.beforeId),
    app: request.app === '' ? undefined : readAppId('app', request.app),
    address: request.address === '' ? undefined : readAddress('address', request.address),
    port: request.port === 0 ? undefined : readPort('port', request.port),
    action: request.action === 'ACTION_UNSPECIFIED' ? undefined : readEnum('action', request.action, ACTIONS),
    sinceMs: readNumber('since_ms', request.sinceMs, { from: 0, to: LATEST_MS }) || undefined,
  };
}

export function writeHistoryEntry(entry: HistoryEntry): Wire.HistoryRecord {
  return {
    id: String(entry.id),
    atMs: entry.atMs,
    action: writeAction(entry.action),
    reason: entry.reason,
    ...writeHistoryProcess(entry.process),
    ...writeHistoryFlow(entry.flow),
    heldUs: entry.heldUs,
  };
}

const NO_PROCESS = {
  app: '',
  path: '',
  pid: 0,
  uid: 0,
  commandLine: [],
} as const satisfies Partial<Wire.HistoryRecord>;

function writeHistoryProcess(
  process: HistoryEntry['process'],
): Pick<Wire.HistoryRecord, keyof typeof NO_PROCESS> {
  return process === undefined ? NO_PROCESS : { ...process, path: process.path ?? '' };
}

const NO_FLOW = {
  protocol: '',
  direction: writeDirection(undefined),
  localAddress: '',
  localPort: 0,
  address: '',
  port: 0,
  name: '',
} as const satisfies Partial<Wire.HistoryRecord>;

function writeHistoryFlow(flow: HistoryEntry['flow']): Pick<Wire.HistoryRecord, keyof typeof NO_FLOW> {
  if (flow === undefined) return NO_FLOW;
  return {
    protocol: flow.protocol,
    direction: writeDirection(flow.direction),
    localAddress: flow.localAddress,
    localPort: flow.localPort,
    address: flow.remoteAddress,
    port: flow.remotePort,
    name: flow.name ?? '',
  };
}
