// find_verdict() of bpf/verdict_cache.h, line by line, over the same bytes: what the kernel would find for a flow.
import { viewOf } from './bytes.ts';
import {
  readVerdictEntry,
  readVerdictSettings,
  VERDICT_KEY_SIZE,
  VerdictGenerationIndex,
} from './gen/structs.ts';
import type { OwnerStruct, VerdictEntryStruct } from './gen/structs.ts';
import type { FakeVerdictMaps } from './verdict-maps.fake.ts';

/** The parts of struct flow_key that a verdict may look at. */
export interface LookedUpFlow {
  readonly remoteAddress: Uint8Array;
  readonly remotePort: number;
  readonly protocol: number;
}

export type LookedUpOwner = Pick<
  OwnerStruct,
  'pid' | 'startNs' | 'uid' | 'inode' | 'ctimeNs' | 'device' | 'cgroupId' | 'isElsewhere'
>;

export interface Lookup {
  readonly owner: LookedUpOwner;
  readonly flow: LookedUpFlow;
  /** CLOCK_BOOTTIME. */
  readonly nowNs: bigint;
}

const EXECUTABLE = 1;
const PROCESS = 2;
const UID = 4;
const PROTOCOL = 8;
const ADDRESS = 16;
const PORT = 32;
const MOST_MASKS = 8;

export function referenceLookup(maps: FakeVerdictMaps, lookup: Lookup): VerdictEntryStruct | undefined {
  const { owner, nowNs } = lookup;
  const settingsView = maps.map('verdict_settings').lookup(index(0));
  if (settingsView === undefined) return undefined;
  const settings = readVerdictSettings(settingsView);
  if (owner.pid === settings.agentPid) return undefined;
  const generation = referenceGeneration(maps, VerdictGenerationIndex.VERDICT_GENERATION);
  const masks = new DataView(Uint8Array.from(settings.masks).buffer);
  for (let position = 0; position < Math.min(settings.maskCount, MOST_MASKS); position += 1) {
    const found = maps.map('verdicts').lookup(keyOf(masks.getUint32(position * 4, true), lookup));
    const entry = found && readVerdictEntry(found);
    if (entry?.generation === generation && (entry.expiresNs === 0n || nowNs < entry.expiresNs)) return entry;
  }
  return undefined;
}

export function referenceGeneration(maps: FakeVerdictMaps, which: number): bigint {
  return maps.map('verdict_generations').lookup(index(which))?.getBigUint64(0, true) ?? 0n;
}

/** fill_key(); offsets as in struct verdict_key. */
function keyOf(fields: number, { owner, flow }: Lookup): Uint8Array {
  const { bytes, view } = viewOf(VERDICT_KEY_SIZE);
  view.setUint32(60, fields, true);
  if ((fields & (EXECUTABLE | PROCESS)) !== 0) {
    view.setUint32(48, owner.device, true);
    view.setBigUint64(40, owner.isElsewhere === 1 ? owner.cgroupId : 0n, true);
    view.setBigUint64(16, owner.inode, true);
    view.setBigUint64(24, owner.ctimeNs, true);
  }
  if ((fields & PROCESS) !== 0) {
    view.setUint32(52, owner.pid, true);
    view.setBigUint64(32, owner.startNs, true);
  }
  if ((fields & UID) !== 0) view.setUint32(56, owner.uid, true);
  if ((fields & PROTOCOL) !== 0) view.setUint8(66, flow.protocol);
  if ((fields & ADDRESS) !== 0) bytes.set(flow.remoteAddress, 0);
  if ((fields & PORT) !== 0) view.setUint16(64, flow.remotePort, true);
  return bytes;
}

function index(value: number): Uint8Array {
  const { bytes, view } = viewOf(4);
  view.setUint32(0, value, true);
  return bytes;
}
