// The verdict cache: what the rules decided, written where the kernel finds it, so that the next flow of the same kind visits
// nobody. The idea is Open vSwitch's megaflow cache (NSDI 2015): an entry is keyed by the fields that its verdict looked at,
// and holds for every flow that is equal in them.
import type { BpfMap, RingBufferConsumer } from 'bpf-loader-napi';
import {
  FLOW_DECIDED_SIZE,
  readFlowDecided,
  readVerdictEntry,
  VERDICT_ENTRY_SIZE,
  VERDICT_KEY_SIZE,
  VERDICT_SETTINGS_SIZE,
  VerdictField,
  VerdictGenerationIndex,
  writeVerdictEntry,
  writeVerdictKey,
  writeVerdictSettings,
} from './gen/structs.ts';
import type { FlowDecidedStruct, VerdictKeyStruct } from './gen/structs.ts';
import { isSameTraffic, NO_TRAFFIC, trafficSince } from '../domain/traffic.ts';
import type { Traffic } from '../domain/traffic.ts';
import { viewOf } from './bytes.ts';
import { setImmediate as turn } from 'node:timers/promises';
import { maskName, VerdictMasks } from './verdict-masks.ts';

/** The values of a flow that a key may hold; which of them it holds is said by `fields`. */
export type CachedFields = Omit<VerdictKeyStruct, 'fields'>;

export interface LearnedVerdict<Meaning> {
  /** The fields that the verdict looked at: bits of VerdictField. */
  readonly fields: number;
  readonly values: CachedFields;
  readonly isAllow: boolean;
  /** CLOCK_BOOTTIME in nanoseconds; undefined: as long as the rules stay. */
  readonly expiresNs: bigint | undefined;
  /** What the kernel's word about a flow is translated to. */
  readonly meaning: Meaning;
}

export interface KnownFlow<Meaning> {
  readonly decided: FlowDecidedStruct;
  readonly meaning: Meaning;
}

/** Flows of one entry that were counted and not told since the last time, and what such flows carried that ended since then. */
export interface CountedFlows<Meaning> {
  readonly meaning: Meaning;
  readonly alike: number;
  readonly traffic: Traffic;
}

export interface VerdictCacheOptions<Meaning> {
  readonly agentPid: number;
  /** What untold flows carried that the entry of this number let through. */
  readonly readAlike: (number: number) => Traffic | undefined;
  readonly onKnownFlow: (flow: KnownFlow<Meaning>) => void;
  readonly onCounted: (flows: CountedFlows<Meaning>) => void;
}

export interface VerdictCacheStats {
  /** Entries in force that were written; the kernel may have dropped the oldest. */
  readonly learned: number;
  readonly masks: readonly number[];
  readonly generation: bigint;
}

type CacheMap = Pick<BpfMap, 'update' | 'lookupInto' | 'consumeRingBuffer'>;

export interface VerdictCacheContents {
  /** By the names of their fields, in the order in which the kernel tries them. */
  readonly masks: readonly string[];
  /** Entries in force that are in the kernel's map. */
  readonly held: number;
  /** Entries that were written, would be in force and are not there: they gave way to later ones. */
  readonly pushedOut: number;
}

/** What it needs of the loaded object. */
export interface VerdictMaps {
  map(name: string): CacheMap;
}

/** Fewer than the map holds, so that what the kernel tells of an entry is never told of one that is forgotten here. */
const MOST_ENTRIES = 32_768;

const LOOKED_UP_AT_ONCE = 256;

interface Entry<Meaning> {
  readonly key: Uint8Array;
  readonly meaning: Meaning;
  alike: bigint;
  traffic: Traffic;
}

export class VerdictCache<Meaning> {
  readonly #options: VerdictCacheOptions<Meaning>;
  readonly #verdicts: CacheMap;
  readonly #settings: CacheMap;
  readonly #generations: CacheMap;
  readonly #events: RingBufferConsumer;
  readonly #masks = new VerdictMasks();
  readonly #key = viewOf(VERDICT_KEY_SIZE);
  readonly #entry = viewOf(VERDICT_ENTRY_SIZE);
  /** By the number that the kernel names them by. */
  #entries = new Map<number, Entry<Meaning>>();
  /** Those that were voided last: the kernel may have been telling of one at that moment. */
  #voided: ReadonlyMap<number, Entry<Meaning>> = new Map();
  #number = 0;
  #generation = 0n;

  constructor(object: VerdictMaps, options: VerdictCacheOptions<Meaning>) {
    this.#options = options;
    this.#verdicts = object.map('verdicts');
    this.#settings = object.map('verdict_settings');
    this.#generations = object.map('verdict_generations');
    this.#events = object.map('decided').consumeRingBuffer((record) => this.#take(record));
    this.voidAll();
  }

  /** One write voids every entry, and nothing older is ever found again. Call before anything is decided by other rules. */
  voidAll(): void {
    this.#generation += 1n;
    this.#writeGeneration(VerdictGenerationIndex.VERDICT_GENERATION, this.#generation);
    this.readDecided();
    this.readCounted();
    this.#voided = this.#entries;
    this.#entries = new Map();
    this.#masks.clear();
    this.#writeSettings();
  }

  learn({ fields, values, isAllow, expiresNs, meaning }: LearnedVerdict<Meaning>): void {
    if (this.#entries.size >= MOST_ENTRIES) this.voidAll();
    const mask = this.#masks.maskFor(fields);
    if (mask.isNew) this.#writeSettings();
    writeVerdictKey(this.#key.view, maskedKey(mask.fields, values));
    this.#number += 1;
    writeVerdictEntry(this.#entry.view, {
      ...{ generation: this.#generation, expiresNs: expiresNs ?? 0n },
      ...{ windowNs: 0n, alike: 0n, told: 0, number: this.#number, isAllow: isAllow ? 1 : 0 },
    });
    this.#verdicts.update(this.#key.bytes, this.#entry.bytes);
    this.#entries.set(this.#number, {
      key: this.#key.bytes.slice(),
      meaning,
      alike: 0n,
      traffic: NO_TRAFFIC,
    });
    if (!isAllow) this.#writeGeneration(VerdictGenerationIndex.VERDICT_DENY_GENERATION, this.#generation);
  }

  /** Hands over the flows that the kernel told of since the last time. */
  readDecided(): void {
    this.#events.readNow();
  }

  /** Hands over how many flows each entry only counted since the last time. Takes a lookup for each entry. */
  readCounted(): void {
    for (const [number, entry] of this.#voided) this.#count(entry, { number, alike: 0 });
    for (const [number, entry] of this.#entries) {
      if (!this.#verdicts.lookupInto(entry.key, this.#entry.bytes)) continue;
      const alike = this.#countedSince(entry, readVerdictEntry(this.#entry.view).alike);
      this.#count(entry, { number, alike });
    }
  }

  stats(): VerdictCacheStats {
    return { learned: this.#entries.size, masks: this.#masks.inUse, generation: this.#generation };
  }

  /** Looks each entry up, some at a time: the kernel counts neither what it holds nor what it pushes out. */
  async contents(): Promise<VerdictCacheContents> {
    const generation = this.#generation;
    const keys = new Map([...this.#entries.values()].map(({ key }) => [textOf(key), key]));
    let looked = 0;
    let held = 0;
    for (const key of keys.values()) {
      looked += 1;
      if (this.#verdicts.lookupInto(key, this.#entry.bytes)) held += 1;
      if (looked % LOOKED_UP_AT_ONCE === 0) await turn();
      // Rules changed meanwhile: there is nothing any more.
      if (this.#generation !== generation) return this.contents();
    }
    return { masks: this.#masks.inUse.map(maskName), held, pushedOut: keys.size - held };
  }

  close(): void {
    this.#events.close();
  }

  #take(record: Uint8Array): void {
    if (record.length < FLOW_DECIDED_SIZE) return;
    const decided = readFlowDecided(new DataView(record.buffer, record.byteOffset, record.length));
    const entry = this.#entries.get(decided.number) ?? this.#voided.get(decided.number);
    if (entry === undefined) return;
    this.#options.onKnownFlow({ decided, meaning: entry.meaning });
  }

  #count(
    entry: Entry<Meaning>,
    { number, alike }: { readonly number: number; readonly alike: number },
  ): void {
    // Nothing was only counted, so nothing was carried uncounted.
    if (entry.alike === 0n) return;
    const now = this.#options.readAlike(number) ?? entry.traffic;
    if (alike === 0 && isSameTraffic(now, entry.traffic)) return;
    const traffic = trafficSince(now, entry.traffic);
    entry.traffic = now;
    this.#options.onCounted({ meaning: entry.meaning, alike, traffic });
  }

  #countedSince(entry: Entry<Meaning>, alike: bigint): number {
    const more = alike - entry.alike;
    if (more <= 0n) return 0;
    entry.alike = alike;
    return Number(more);
  }

  #writeGeneration(index: number, generation: bigint): void {
    const key = viewOf(4);
    const value = viewOf(8);
    key.view.setUint32(0, index, true);
    value.view.setBigUint64(0, generation, true);
    this.#generations.update(key.bytes, value.bytes);
  }

  #writeSettings(): void {
    const settings = viewOf(VERDICT_SETTINGS_SIZE);
    const masks = this.#masks.inUse;
    writeVerdictSettings(settings.view, {
      ...{ agentPid: this.#options.agentPid, maskCount: masks.length },
      masks: new Uint8Array(Uint32Array.from(masks).buffer),
    });
    this.#settings.update(viewOf(4).bytes, settings.bytes);
  }
}

function maskedKey(fields: number, values: CachedFields): VerdictKeyStruct {
  const has = (bits: number): boolean => (fields & bits) !== 0;
  const hasFile = has(VerdictField.VERDICT_FIELD_EXECUTABLE | VerdictField.VERDICT_FIELD_PROCESS);
  const hasProcess = has(VerdictField.VERDICT_FIELD_PROCESS);
  return {
    fields,
    remoteAddress: has(VerdictField.VERDICT_FIELD_ADDRESS) ? values.remoteAddress : NO_ADDRESS,
    inode: hasFile ? values.inode : 0n,
    ctimeNs: hasFile ? values.ctimeNs : 0n,
    device: hasFile ? values.device : 0,
    place: hasFile ? values.place : 0n,
    startNs: hasProcess ? values.startNs : 0n,
    pid: hasProcess ? values.pid : 0,
    uid: has(VerdictField.VERDICT_FIELD_UID) ? values.uid : 0,
    remotePort: has(VerdictField.VERDICT_FIELD_PORT) ? values.remotePort : 0,
    protocol: has(VerdictField.VERDICT_FIELD_PROTOCOL) ? values.protocol : 0,
  };
}

const NO_ADDRESS = new Uint8Array(16);

function textOf(key: Uint8Array): string {
  return Buffer.from(key).toString('latin1');
}
