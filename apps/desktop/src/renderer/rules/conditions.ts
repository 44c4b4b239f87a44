// The conditions of a rule, each described once: the form, the sentence, the search and the grouping follow from this table. A
// matcher that the engine learns needs one entry here, its label in the messages, and a place in the sentence if it has one.
import type { RuleMatcher } from '../../shared/model.ts';
import type { RulesMessageId } from '../messages/message-id.ts';
import { addressCovers } from './covers.ts';
import { readApp } from './read-app.ts';
import type { AppContext } from './read-app.ts';
import {
  hasPorts,
  NETWORK_NAMES,
  PACKET,
  PROTOCOL_NAMES,
  protocolText,
  readAddress,
  readPorts,
  readProtocol,
  writePorts,
} from './read-network.ts';
import { problem, readList, value } from './reading.ts';
import type { Reading } from './reading.ts';

export type ConditionKey = keyof RuleMatcher;
export type SentencePart = 'who' | 'whose' | 'may' | 'where' | 'port' | 'over' | 'until';

export interface ReadContext extends AppContext {
  /** The other conditions, as far as they could be read. */
  readonly matcher: Partial<RuleMatcher>;
}

/** As written in a rule, and as shown: by a message, else as text. */
export interface ConditionValue {
  readonly value: string;
  readonly label?: Extract<RulesMessageId, `rules.${'network' | 'direction'}.${string}`>;
  readonly text?: string;
}

export interface Condition<Key extends ConditionKey = ConditionKey> {
  readonly key: Key;
  /** The key in a rule file, which is also what search calls it. */
  readonly word: 'app' | 'user' | 'direction' | 'protocol' | 'address' | 'port';
  /** One text, one of a few values, or a list. */
  readonly kind: 'text' | 'choice' | 'list';
  readonly label: Extract<RulesMessageId, `rules.field.${string}`>;
  readonly hint: Extract<RulesMessageId, `rules.hint.${string}`>;
  /** All values of a choice besides none; frequent ones of a list. */
  readonly values: readonly ConditionValue[];
  /** Its place in the message `rules.sentence`; one without is told behind the sentence, by its label. */
  readonly part: SentencePart | undefined;
  /** As text: '' where the condition is absent. */
  readonly write: (matcher: RuleMatcher) => string;
  readonly read: (text: string, context: ReadContext) => Reading<RuleMatcher[Key]>;
  /** Whether a search for `word:text` finds the rule; where absent, the text is looked for in what `write` says. */
  readonly finder?: (text: string) => (matcher: RuleMatcher) => boolean;
}

export const CONDITIONS: { readonly [Key in ConditionKey]-?: Condition<Key> } = {
  app: {
    key: 'app',
    word: 'app',
    kind: 'text',
    label: 'rules.field.app',
    hint: 'rules.hint.app',
    values: [],
    part: 'who',
    write: ({ app }) => app ?? '',
    read: readApp,
  },
  uid: {
    key: 'uid',
    word: 'user',
    kind: 'text',
    label: 'rules.field.uid',
    hint: 'rules.hint.uid',
    values: [],
    part: 'whose',
    write: ({ uid }) => (uid === undefined ? '' : String(uid)),
    read: readUid,
  },
  direction: {
    key: 'direction',
    word: 'direction',
    kind: 'choice',
    label: 'rules.field.direction',
    hint: 'rules.hint.direction',
    values: [
      { value: 'out', label: 'rules.direction.out' },
      { value: 'in', label: 'rules.direction.in' },
    ],
    part: 'may',
    write: ({ direction }) => direction ?? '',
    read: (text) => value(text === 'out' || text === 'in' ? text : undefined),
  },
  addresses: {
    key: 'addresses',
    word: 'address',
    kind: 'list',
    label: 'rules.field.addresses',
    hint: 'rules.hint.addresses',
    values: NETWORK_NAMES.map((name) => ({ value: name, label: `rules.network.${name}` })),
    part: 'where',
    write: ({ addresses }) => addresses.join(', '),
    read: (text) => readList(text, readAddress),
    finder: addressFinder,
  },
  protocols: {
    key: 'protocols',
    word: 'protocol',
    kind: 'list',
    label: 'rules.field.protocols',
    hint: 'rules.hint.protocols',
    values: PROTOCOL_NAMES.map((name) => ({ value: name, text: protocolText(name) })),
    part: 'over',
    write: ({ protocols }) => protocols.join(', '),
    read: readProtocolsFor,
  },
  ports: {
    key: 'ports',
    word: 'port',
    kind: 'list',
    label: 'rules.field.ports',
    hint: 'rules.hint.ports',
    values: [],
    part: 'port',
    write: ({ ports }) => ports.map(writePorts).join(', '),
    read: readPortsFor,
    finder: (text) => {
      const port = Number(text);
      return ({ ports }) => ports.some(({ from, to }) => from <= port && port <= to);
    },
  },
};

/** In the order of the form; a condition may look at those before it. */
export const ALL_CONDITIONS: readonly Condition[] = Object.values(CONDITIONS);

const LAST_UID = 0xffff_fffe;

function readUid(text: string): Reading<number | undefined> {
  const trimmed = text.trim();
  if (trimmed === '') return value(undefined);
  const uid = /^\d{1,10}$/.test(trimmed) ? Number(trimmed) : Infinity;
  return uid > LAST_UID ? problem('rules.problem.uid', { text: trimmed }) : value(uid);
}

function readPortsFor(text: string, { matcher }: ReadContext): Reading<RuleMatcher['ports']> {
  const ports = readList(text.replaceAll(/\s*[-–—]\s*/g, '-'), readPorts);
  const portless = matcher.protocols?.find((protocol) => !hasPorts(protocol));
  if (ports.kind === 'problem' || ports.value.length === 0 || portless === undefined) return ports;
  return problem('rules.problem.portless', { protocol: portless });
}

/** Packet sockets have no remote end that an address could be about. */
function readProtocolsFor(text: string, { matcher }: ReadContext): Reading<RuleMatcher['protocols']> {
  const protocols = readList(text, readProtocol);
  const hasAddress = (matcher.addresses?.length ?? 0) > 0;
  if (protocols.kind === 'problem' || !hasAddress || !protocols.value.includes(PACKET)) return protocols;
  return problem('rules.problem.packet-address', {});
}

/** Addresses that begin so, and networks that hold the address. */
function addressFinder(text: string): (matcher: RuleMatcher) => boolean {
  const reading = readAddress(text);
  const isHeld = (network: string): boolean =>
    reading.kind === 'value' && network.includes('/') && addressCovers(network, reading.value);
  return ({ addresses }) => addresses.some((address) => address.startsWith(text) || isHeld(address));
}
