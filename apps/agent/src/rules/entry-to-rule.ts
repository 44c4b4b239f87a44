// From a rule's text to its meaning: a RuleEntry of the right shape becomes a Rule, or a list of what is wrong with it.
import { hasPorts, PACKET, protocolOf } from '../domain/flow-key.ts';
import type { Direction, Protocol } from '../domain/flow-key.ts';
import type { Action, Rule, RuleId, RuleLifetime, RuleMatcher, RuleOrigin } from '../domain/rule.ts';
import { readAddressMatcher } from './address-text.ts';
import type { Read } from './address-text.ts';
import { readApp } from './app-text.ts';
import { readPortRange } from './port-text.ts';
import type { RuleEntry } from './schema.ts';
import { ALWAYS, ownText } from './shared-values.ts';
import type { SharedValues } from './shared-values.ts';

/** What is wrong, and where: keys and list positions from the rule's mapping inwards. */
export interface EntryProblem {
  readonly path: readonly PropertyKey[];
  readonly reason: string;
}

export interface RuleContext {
  /** User id of a user name; undefined for a name that does not exist. */
  readonly resolveUser: (name: string) => number | undefined;
  /** When a rule was made that does not say so, milliseconds since 1970. */
  readonly createdAtMs: number;
  /** Of all rules that are read together. */
  readonly shared?: SharedValues;
}

type SharingContext = Required<RuleContext>;

export type EntryReading =
  | { readonly kind: 'rule'; readonly rule: Rule }
  | { readonly kind: 'refused'; readonly problems: readonly EntryProblem[] };

export function entryToRule(entry: RuleEntry, context: SharingContext): EntryReading {
  const problems: EntryProblem[] = [];
  const rule: Rule = {
    id: ownText(entry.id) as RuleId,
    enabled: entry.enabled ?? true,
    action: context.shared.text(entry.action) as Action,
    priority: entry.priority ?? 0,
    matcher: matcherOf(entry, context, problems),
    lifetime: lifetimeOf(entry, problems),
    origin: entry.origin === undefined ? 'user' : (context.shared.text(entry.origin) as RuleOrigin),
    createdAtMs:
      entry.created === undefined ? context.createdAtMs : timeOf(entry.created, 'created', problems),
    note: entry.note === undefined ? undefined : ownText(entry.note),
  };
  return problems.length === 0 ? { kind: 'rule', rule } : { kind: 'refused', problems };
}

function matcherOf(entry: RuleEntry, context: SharingContext, problems: EntryProblem[]): RuleMatcher {
  const { shared } = context;
  const protocols = readList(entry.protocol, readProtocol, { key: 'protocol', problems });
  if (entry.port !== undefined) problems.push(...portlessProtocols(protocols));
  if (entry.address !== undefined) problems.push(...endlessProtocols(protocols));
  return {
    app:
      entry.app === undefined
        ? undefined
        : take(readApp(shared.text(entry.app), entry.action), ['app'], problems),
    uid: entry.user === undefined ? undefined : take(readUser(entry.user, context), ['user'], problems),
    direction: directionOf(entry, shared),
    protocols: shared.protocols(protocols),
    addresses: readList(entry.address, readAddressMatcher, { key: 'address', problems }),
    ports: shared.ports(readList(entry.port, readPortRange, { key: 'port', problems })),
  };
}

/** What does not say it is about what goes out: no rule lets anybody in who is not spoken of. */
function directionOf({ direction = 'out' }: RuleEntry, shared: SharedValues): Direction | undefined {
  return direction === 'any' ? undefined : (shared.text(direction) as Direction);
}

function take<Value>(
  read: Read<Value>,
  path: readonly PropertyKey[],
  problems: EntryProblem[],
): Value | undefined {
  if (read.kind === 'value') return read.value;
  problems.push({ path, reason: read.reason });
  return undefined;
}

interface ListPlace {
  readonly key: string;
  readonly problems: EntryProblem[];
}

function readList<Item, Value>(
  items: Item | Item[] | undefined,
  read: (item: Item) => Read<Value>,
  { key, problems }: ListPlace,
): readonly Value[] | undefined {
  if (items === undefined) return undefined;
  if (!Array.isArray(items)) return takenList([take(read(items), [key], problems)]);
  return takenList(items.map((item, index) => take(read(item), [key, index], problems)));
}

function takenList<Value>(values: readonly (Value | undefined)[]): readonly Value[] {
  return values.filter((value) => value !== undefined);
}

function readProtocol(text: string): Read<Protocol> {
  if (!text.startsWith('ip-')) return { kind: 'value', value: text as Protocol };
  const number = Number(text.slice('ip-'.length));
  if (number > 255) return { kind: 'refused', reason: `${text} is no protocol: IANA numbers end at 255` };
  const protocol = protocolOf(number);
  if (protocol === text) return { kind: 'value', value: protocol };
  return { kind: 'refused', reason: `${text} has a shorter name: write ${protocol}` };
}

function portlessProtocols(protocols: readonly Protocol[] | undefined): readonly EntryProblem[] {
  const portless = protocols?.find((protocol) => !hasPorts(protocol));
  if (portless === undefined) return [];
  const reason = `cannot be used with the protocol ${portless}, which has no ports: remove one of the two`;
  return [{ path: ['port'], reason }];
}

function endlessProtocols(protocols: readonly Protocol[] | undefined): readonly EntryProblem[] {
  if (protocols?.includes(PACKET) !== true) return [];
  const reason = `cannot be used with the protocol ${PACKET}, which has no address: remove one of the two`;
  return [{ path: ['address'], reason }];
}

function readUser(user: number | string, context: RuleContext): Read<number> {
  if (typeof user === 'number') return { kind: 'value', value: user };
  const uid = context.resolveUser(user);
  if (uid !== undefined) return { kind: 'value', value: uid };
  return {
    kind: 'refused',
    reason: `${user} is not a user of this computer: correct the name or write the user id`,
  };
}

function lifetimeOf({ until }: RuleEntry, problems: EntryProblem[]): RuleLifetime {
  if (until === undefined) return ALWAYS;
  return { kind: 'until', untilMs: timeOf(until, 'until', problems) };
}

function timeOf(text: string, key: string, problems: EntryProblem[]): number {
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs)) problems.push({ path: [key], reason: `${text} is not a time that exists` });
  return timeMs;
}
