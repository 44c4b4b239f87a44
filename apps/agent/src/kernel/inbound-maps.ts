// What the kernel knows of flows that begin elsewhere, where those are judged: conversations of datagrams, listeners of old.
import type { BpfMap, BpfObject, OpenOptions } from 'bpf-loader-napi';
import { addressBytes } from '../domain/address.ts';
import { protocolNumber } from '../domain/flow-key.ts';
import type { FlowKey } from '../domain/flow-key.ts';
import { viewOf } from './bytes.ts';
import {
  CONVERSATION_SIZE,
  CONVERSATION_STATE_SIZE,
  readConversationState,
  writeConversation,
  writeConversationState,
} from './gen/structs.ts';
import type { ConversationStateStruct } from './gen/structs.ts';
import { SocketAdopter } from './socket-adopter.ts';
import type { WantedSocket } from './socket-adopter.ts';

/** Names of the pins in the pin directory, as the netfilter rules use them. */
export const INBOUND_PROGRAMS = { known: 'inbound_known', denied: 'inbound_denied' } as const;

const HOOKS = ['inbound_bind4', 'inbound_bind6', 'inbound_listen'];
const MOST_CONVERSATIONS = 32_768;
const PORTS = 65_536;

/** How the object is opened. Without inbound flows the verifier takes out what they need, and the maps stay empty. */
export function inboundSettings(isOn: boolean): Required<Pick<OpenOptions, 'globals' | 'maps'>> {
  if (!isOn) return { globals: {}, maps: {} };
  return {
    globals: { notes_conversations: 1, counts_binds: 1 },
    maps: { conversations: { maxEntries: MOST_CONVERSATIONS }, port_binds: { maxEntries: PORTS } },
  };
}

/** What is not loaded without inbound flows. */
export const INBOUND_ONLY: readonly string[] = [...Object.values(INBOUND_PROGRAMS), ...HOOKS];

export function attachInbound(object: BpfObject, cgroupDirectory: string): void {
  for (const name of HOOKS) object.program(name).attachCgroup(cgroupDirectory);
}

export interface ConversationVerdict {
  readonly isAllow: boolean;
  readonly socketCookie: bigint;
  /** Of the ruleset; 0n: the conversation began here. */
  readonly generation: bigint;
  /** CLOCK_BOOTTIME; 0n: as long as the socket is open. */
  readonly expiresNs: bigint;
  /** `bindsOf` the local port before the socket was looked for. */
  readonly binds: number;
}

export class InboundMaps {
  readonly #conversations: BpfMap;
  readonly #binds: BpfMap;
  readonly #adopter: SocketAdopter;
  readonly #key = viewOf(CONVERSATION_SIZE);
  readonly #state = viewOf(CONVERSATION_STATE_SIZE);
  readonly #number = viewOf(4);

  constructor(object: BpfObject) {
    this.#conversations = object.map('conversations');
    this.#binds = object.map('port_binds');
    this.#adopter = new SocketAdopter(object);
  }

  find(key: FlowKey): ConversationStateStruct | undefined {
    this.#setKey(key);
    if (!this.#conversations.lookupInto(this.#key.bytes, this.#state.bytes)) return undefined;
    return readConversationState(this.#state.view);
  }

  write(key: FlowKey, verdict: ConversationVerdict): void {
    this.#setKey(key);
    const { isAllow, ...rest } = verdict;
    writeConversationState(this.#state.view, { ...rest, isAllow: isAllow ? 1 : 0 });
    this.#conversations.update(this.#key.bytes, this.#state.bytes);
  }

  /** False where nothing was known of it. */
  forget(key: FlowKey): boolean {
    this.#setKey(key);
    return this.#conversations.delete(this.#key.bytes);
  }

  /** Goes up when a socket takes the port. */
  bindsOf(port: number): number {
    this.#number.view.setUint32(0, port, true);
    const value = viewOf(4);
    this.#binds.lookupInto(this.#number.bytes, value.bytes);
    return value.view.getUint32(0, true);
  }

  /** Whoever has it open becomes its Owner, in place of what was recorded. */
  adoptListener(listener: WantedSocket): void {
    this.#adopter.adoptAnew(listener);
  }

  #setKey({ protocol, localAddress, localPort, remoteAddress, remotePort }: FlowKey): void {
    writeConversation(this.#key.view, {
      localAddress: addressBytes(localAddress),
      remoteAddress: addressBytes(remoteAddress),
      ...{ localPort, remotePort, protocol: protocolNumber(protocol) },
    });
  }
}
