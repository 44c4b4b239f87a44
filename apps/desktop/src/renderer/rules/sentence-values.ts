// What stands in the places of a rule's sentence, in the person's language. Pure, given the language.
import type { IntlShape } from 'react-intl';
import type { Rule, RuleLifetime, RuleMatcher } from '../../shared/model.ts';
import { isWholeContainer } from '../../shared/container-app.ts';
import { safeText } from '../../shared/text-safety.ts';
import { ALL_CONDITIONS } from './conditions.ts';
import type { Condition } from './conditions.ts';
import { isNetworkName, PACKET, protocolText, writePorts } from './read-network.ts';

export type Sayable = Pick<Rule, 'action' | 'matcher' | 'lifetime'>;

const MOST_SHOWN = 3;

/** What stands in the places of the sentence. */
export function sentenceValues(
  intl: IntlShape,
  { action, matcher, lifetime }: Sayable,
  ownUid: number,
): Readonly<Record<string, string | number>> {
  const { app, uid = -1, ports, protocols, addresses } = matcher;
  const isOneProtocolSaid = isIcmpOnly(matcher) || isPacketOnly(matcher);
  const anyAddress = intl.formatMessage({ id: 'rules.any.address' });
  return {
    action,
    app: safeText(whoText(intl, app)),
    userKind: matcher.uid === undefined ? 'none' : uid === ownUid ? 'you' : 'other',
    uid: String(uid),
    verb: verbOf(matcher),
    addresses:
      addresses.length === 0 ? anyAddress : orList(intl, addresses, (text) => addressText(intl, text)),
    portKind: ports.length === 0 ? 'none' : isSinglePort(ports) ? 'one' : 'other',
    ports: orList(intl, ports, writePorts),
    protocolKind: protocols.length === 0 || isOneProtocolSaid ? 'none' : 'other',
    protocols: orList(intl, protocols, protocolText),
    ...lifetimeValues(intl, lifetime),
  };
}

function lifetimeValues(intl: IntlShape, lifetime: RuleLifetime): Readonly<Record<string, string>> {
  return {
    lifetime: lifetime.kind === 'process' && lifetime.withChildren ? 'tree' : lifetime.kind,
    time: lifetime.kind === 'until' ? timeText(intl, lifetime.untilMs) : '',
    pid: lifetime.kind === 'process' ? String(lifetime.pid) : '',
  };
}

/** The App of a rule, or which Apps it is for. */
export function whoText(intl: IntlShape, app: string | undefined): string {
  if (app === undefined) return intl.formatMessage({ id: 'rules.any.app' });
  if (!isWholeContainer(app)) return appName(app);
  return intl.formatMessage(
    { id: 'rules.any.app-in-container' },
    { container: app.slice(app.indexOf(':') + 1) },
  );
}

/** The file's name; an App without a proven path keeps its whole id, which says why. */
function appName(app: string): string {
  return app.startsWith('/') ? app.slice(app.lastIndexOf('/') + 1) : app;
}

function isIcmpOnly({ protocols }: RuleMatcher): boolean {
  return protocols.length > 0 && protocols.every((protocol) => /^icmp(v6)?$/.test(protocol));
}

function isPacketOnly({ protocols }: RuleMatcher): boolean {
  return protocols.length > 0 && protocols.every((protocol) => protocol === PACKET);
}

type Verb = 'connect' | 'accept' | 'both' | 'send' | 'receive' | 'exchange' | 'packets';

function verbOf(matcher: RuleMatcher): Verb {
  if (isPacketOnly(matcher)) return 'packets';
  const { direction } = matcher;
  if (isIcmpOnly(matcher))
    return direction === undefined ? 'exchange' : direction === 'out' ? 'send' : 'receive';
  return direction === undefined ? 'both' : direction === 'out' ? 'connect' : 'accept';
}

function isSinglePort(ports: RuleMatcher['ports']): boolean {
  return ports.length === 1 && ports[0]?.from === ports[0]?.to;
}

function orList<Item>(intl: IntlShape, items: readonly Item[], write: (item: Item) => string): string {
  const shown = items.slice(0, MOST_SHOWN).map((item) => safeText(write(item)));
  const count = items.length - shown.length;
  if (count === 0) return intl.formatList(shown, { type: 'disjunction' });
  const list = intl.formatList(shown, { type: 'unit' });
  return intl.formatMessage({ id: 'rules.more' }, { shown: list, count });
}

export function addressText(intl: IntlShape, text: string): string {
  return isNetworkName(text) ? intl.formatMessage({ id: `rules.network.${text}` }) : text;
}

/** The time alone where that is today. */
function timeText(intl: IntlShape, atMs: number): string {
  const isToday = new Date(atMs).toDateString() === new Date().toDateString();
  return intl.formatDate(
    atMs,
    isToday ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' },
  );
}

/** Conditions that the sentence has no place for, by their labels; undefined where there are none. */
export function furtherText(
  intl: IntlShape,
  matcher: RuleMatcher,
  conditions: readonly Pick<Condition, 'part' | 'label' | 'write'>[] = ALL_CONDITIONS,
): string | undefined {
  const further = conditions.filter(({ part, write }) => part === undefined && write(matcher) !== '');
  if (further.length === 0) return undefined;
  const said = further.map(({ label, write }) =>
    intl.formatMessage(
      { id: 'rules.sentence.condition' },
      { label: intl.formatMessage({ id: label }), value: safeText(write(matcher)) },
    ),
  );
  return intl.formatMessage(
    { id: 'rules.sentence.further' },
    { conditions: intl.formatList(said, { type: 'conjunction' }) },
  );
}
