// The programs about packet sockets, in an object of their own: a walk that finds whose they are, and, where the kernel runs BPF
// programs as a security module, the hook that judges them as they are opened.
import { readFileSync } from 'node:fs';
import { BpfError, openObject } from 'bpf-loader-napi';
import type { BpfObject, RingBufferConsumer } from 'bpf-loader-napi';
import { agentVariables } from './agent-variables.ts';
import { viewOf } from './bytes.ts';
import {
  OWNER_SIZE,
  OwnerEvidence,
  PACKET_SOCKET_OPENED_SIZE,
  readOwner,
  readPacketSocketOpened,
} from './gen/structs.ts';
import type { OwnerStruct, PacketSocketOpenedStruct } from './gen/structs.ts';
import { walk } from './walk.ts';
import { PacketSocketAnswers } from './packet-socket-answers.ts';

export interface PacketSocketProgramsOptions {
  /** The BPF object of these programs. */
  readonly objectPath: string;
  readonly namespaces: Parameters<typeof agentVariables>[0];
  /** The hook judged a packet socket. */
  readonly onOpened: (opened: PacketSocketOpenedStruct) => void;
}

const HOOK = 'judge_packet_socket';
/** Which security modules the running kernel asks, in its order. */
const ACTIVE_MODULES = '/sys/kernel/security/lsm';

export class PacketSocketPrograms {
  readonly #object: BpfObject;
  readonly #events: RingBufferConsumer;
  readonly #cookie = viewOf(8);
  readonly #owner = viewOf(OWNER_SIZE);
  /** What the hook answers; undefined where there is none. */
  readonly answers: PacketSocketAnswers | undefined;
  /** Why packet sockets can be seen only once they are open; undefined: they are judged at socket(). */
  readonly whyNotJudged: string | undefined;

  /** Throws BpfError where the kernel takes not even the walk. */
  static load(options: PacketSocketProgramsOptions): PacketSocketPrograms {
    const missing = whyNoModule();
    if (missing !== undefined) return new PacketSocketPrograms(options, missing);
    try {
      return new PacketSocketPrograms(options, undefined);
    } catch (error) {
      if (!(error instanceof BpfError)) throw error;
      return new PacketSocketPrograms(options, error.message);
    }
  }

  private constructor(
    { objectPath, namespaces, onOpened }: PacketSocketProgramsOptions,
    whyNotJudged: string | undefined,
  ) {
    this.whyNotJudged = whyNotJudged;
    this.#object = openObject(objectPath, { globals: agentVariables(namespaces) });
    try {
      this.#object.program(HOOK).setAutoload(whyNotJudged === undefined);
      this.#object.load();
      if (whyNotJudged === undefined) this.#object.program(HOOK).attach();
      this.answers = whyNotJudged === undefined ? new PacketSocketAnswers(this.#object) : undefined;
      this.#events = this.#object.map('packet_sockets_opened').consumeRingBuffer((record) => {
        if (record.length < PACKET_SOCKET_OPENED_SIZE) return;
        onOpened(readPacketSocketOpened(new DataView(record.buffer, record.byteOffset, record.length)));
      });
    } catch (error) {
      this.#object.close();
      throw error;
    }
  }

  /** Walks over every open descriptor once, about a millisecond; then asks for sockets by `foundOwner`. */
  findOwners(): void {
    walk(this.#object, 'find_packet_sockets');
  }

  /** The only process that had the socket open in the last walk; undefined where several or none had. */
  foundOwner(socketCookie: bigint): OwnerStruct | undefined {
    this.#cookie.view.setBigUint64(0, socketCookie, true);
    const owners = this.#object.map('packet_socket_owners');
    if (!owners.lookupInto(this.#cookie.bytes, this.#owner.bytes)) return undefined;
    const owner = readOwner(this.#owner.view);
    return owner.evidence === OwnerEvidence.OWNER_FOUND_SHARED ? undefined : owner;
  }

  close(): void {
    this.#events.close();
    this.#object.close();
  }
}

/** A kernel that was built with it (CONFIG_BPF_LSM) asks it only where its list of modules names it. */
function whyNoModule(): string | undefined {
  let modules;
  try {
    modules = readFileSync(ACTIVE_MODULES, 'utf8').trim();
  } catch {
    return `${ACTIVE_MODULES} cannot be read`;
  }
  return modules.split(',').includes('bpf')
    ? undefined
    : `the kernel's security modules are ${modules}, without bpf`;
}
