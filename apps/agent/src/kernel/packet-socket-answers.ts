// What the hook answers to those who open a packet socket: a table that is replaced as a whole, because it is small and each entry
// follows from all rules.
import type { BpfMap } from 'bpf-loader-napi';
import { viewOf } from './bytes.ts';
import {
  PACKET_SOCKET_ENTRY_SIZE,
  PACKET_SOCKET_OPENER_SIZE,
  PACKET_SOCKET_SETTINGS_SIZE,
  PacketSocketAnswer,
  writePacketSocketEntry,
  writePacketSocketOpener,
  writePacketSocketSettings,
} from './gen/structs.ts';
import type { PacketSocketOpenerStruct } from './gen/structs.ts';

/** Fewer than the map holds, which for a moment has the entries before beside the new ones. */
export const MOST_ANSWERS = 8192;

export interface PacketSocketAnswerEntry {
  /** Those whom the answer is about: what `fields` (VerdictField) does not name is 0. The narrowest one counts. */
  readonly opener: PacketSocketOpenerStruct;
  readonly answer: 'allow' | 'deny' | 'not-known';
  /** CLOCK_BOOTTIME in nanoseconds; undefined: until it is replaced. */
  readonly expiresNs: bigint | undefined;
}

export interface PacketSocketAnswerTable {
  /** Cookie of the network namespace whose packet sockets are judged. */
  readonly networkNamespace: bigint;
  readonly isUnknownDenied: boolean;
  /** At most MOST_ANSWERS. */
  readonly entries: readonly PacketSocketAnswerEntry[];
}

const NUMBERS = {
  allow: PacketSocketAnswer.PACKET_SOCKET_ALLOWED,
  deny: PacketSocketAnswer.PACKET_SOCKET_DENIED,
  'not-known': PacketSocketAnswer.PACKET_SOCKET_NOT_KNOWN,
} as const;

const FIRST = new Uint8Array(4);

/** What it needs of the loaded object. */
export interface AnswerMaps {
  map(name: string): Pick<BpfMap, 'update' | 'delete'>;
}

export class PacketSocketAnswers {
  readonly #answers: Pick<BpfMap, 'update' | 'delete'>;
  readonly #settings: Pick<BpfMap, 'update' | 'delete'>;
  #generation = 0n;
  #keys = new Map<string, Uint8Array>();

  constructor(object: AnswerMaps) {
    this.#answers = object.map('packet_socket_answers');
    this.#settings = object.map('packet_socket_settings_map');
  }

  /** From here on everybody is answered by this table. At no moment is one that both tables refuse let through. */
  replace(table: PacketSocketAnswerTable): void {
    if (table.entries.length > MOST_ANSWERS) throw new RangeError('more answers than the kernel holds');
    this.#generation += 1n;
    const keys = new Map<string, Uint8Array>();
    for (const entry of table.entries) {
      const key = this.#write(entry);
      keys.set(Buffer.from(key).toString('latin1'), key);
    }
    this.#setGeneration(table);
    for (const [text, key] of this.#keys) if (!keys.has(text)) this.#answers.delete(key);
    this.#keys = keys;
  }

  #write({ opener, answer, expiresNs }: PacketSocketAnswerEntry): Uint8Array {
    const [key, value] = [viewOf(PACKET_SOCKET_OPENER_SIZE), viewOf(PACKET_SOCKET_ENTRY_SIZE)];
    writePacketSocketOpener(key.view, opener);
    const generation = this.#generation;
    writePacketSocketEntry(value.view, { generation, expiresNs: expiresNs ?? 0n, answer: NUMBERS[answer] });
    this.#answers.update(key.bytes, value.bytes);
    return key.bytes;
  }

  #setGeneration({ networkNamespace, isUnknownDenied }: PacketSocketAnswerTable): void {
    const { view, bytes } = viewOf(PACKET_SOCKET_SETTINGS_SIZE);
    const generation = this.#generation;
    writePacketSocketSettings(view, {
      ...{ networkNamespace, generation },
      isUnknownDenied: isUnknownDenied ? 1 : 0,
    });
    this.#settings.update(FIRST, bytes);
  }
}
