// History on the wire: the query and its entries.
import type * as Wire from '@sallyport/proto';
import type { HistoryEntry, HistoryQuery } from '../ports.ts';
import { ACTIONS, DIRECTIONS, writeAction, writeDirection } from './enums.ts';
import { readEnum, readList, readNumber, readPort, readText, readUid } from './field.ts';
import { readAddress, readAppId, readProtocol } from './network.ts';
import { writeTraffic } from './traffic.ts';

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
    untilMs: readNumber('until_ms', request.untilMs, { from: 0, to: LATEST_MS }) || undefined,
    protocol: request.protocol === '' ? undefined : readProtocol('protocol', request.protocol),
    direction:
      request.direction === 'DIRECTION_UNSPECIFIED'
        ? undefined
        : readEnum('direction', request.direction, DIRECTIONS),
    uid: request.uid === undefined ? undefined : readUid('uid', request.uid),
    ...readSearch(request),
  };
}

const MOST_WORDS = 8;
const PART = { longest: 200, expected: 'a part of a text' } as const;

function readSearch(
  request: Wire.ListHistoryRequest,
): Pick<HistoryQuery, 'words' | 'appPart' | 'addressPart'> {
  const readPart = (field: string, value: string): string => readText(field, value, PART);
  const words = readList('words', request.words, { longest: MOST_WORDS, read: readPart }) ?? [];
  return {
    words: words.filter((word) => word !== ''),
    appPart: readPart('app_part', request.appPart) || undefined,
    addressPart: readPart('address_part', request.addressPart) || undefined,
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
    alike: String(entry.alike),
    traffic: entry.traffic && writeTraffic(entry.traffic),
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
