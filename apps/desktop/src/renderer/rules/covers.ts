// Whether one rule matches everything that another one does, for as long as that one does. Pure; says no where it cannot know.
import ipaddr from 'ipaddr.js';
import { isWholeContainer } from '../../shared/container-app.ts';
import type { Rule, RuleLifetime, RuleMatcher } from '../../shared/model.ts';
import { isNetworkName, PACKET } from './read-network.ts';

/** Whatever `narrow` matches while it is in force, `wide` matches too. Both are taken to be in force now. */
export function covers(wide: Rule, narrow: Rule): boolean {
  return (
    outlives(wide, narrow) &&
    !isLessSure(wide, narrow) &&
    (reachesPacketSockets(wide) || !reachesPacketSockets(narrow)) &&
    (sameOrAny(wide.matcher.app, narrow.matcher.app) || containerCovers(wide, narrow)) &&
    matcherCovers(wide.matcher, narrow.matcher)
  );
}

/** Whether a rule says anything of packet sockets, as apps/agent/src/domain/rule.ts has it. */
function reachesPacketSockets({ action, matcher: { protocols, addresses, ports } }: Rule): boolean {
  if (addresses.length > 0 || ports.length > 0) return false;
  return protocols.length === 0 ? action === 'deny' : protocols.includes(PACKET);
}

function outlives(wide: Rule, narrow: Rule): boolean {
  const [long, short] = [wide.lifetime, narrow.lifetime];
  switch (long.kind) {
    case 'always':
      return true;
    case 'until':
      return short.kind === 'until' && short.untilMs <= long.untilMs;
    case 'restart':
      return short.kind === 'restart' || short.kind === 'process';
    case 'process':
      return short.kind === 'process' && isWithin(short, long);
  }
}

type OneProcess = Extract<RuleLifetime, { readonly kind: 'process' }>;

/** What another process starts is not known here, even where the one was started by the other. */
function isWithin(narrow: OneProcess, wide: OneProcess): boolean {
  const isSame = narrow.pid === wide.pid && narrow.startNs === wide.startNs;
  return isSame && (wide.withChildren || !narrow.withChildren);
}

/**
 * What cannot be known of a program matches a deny and no allow, and a rule for one process needs no proof of its program: such
 * flows get past an allow that asks who it is.
 */
function isLessSure(wide: Rule, narrow: Rule): boolean {
  const { app, uid } = wide.matcher;
  const asksWho = app !== undefined || uid !== undefined || wide.lifetime.kind === 'process';
  return takesUnknown(narrow) && wide.action === 'allow' && asksWho;
}

function takesUnknown({ action, lifetime }: Rule): boolean {
  return action === 'deny' || lifetime.kind === 'process';
}

/**
 * A container has all its programs in it, but not the programs elsewhere that nothing is known of: those match a deny for one of its
 * programs as well.
 */
function containerCovers(wide: Rule, narrow: Rule): boolean {
  const { app } = wide.matcher;
  if (app === undefined || !isWholeContainer(app) || takesUnknown(narrow)) return false;
  return narrow.matcher.app?.startsWith(`${app}:`) === true;
}

/** In all but the App. */
function matcherCovers(wide: RuleMatcher, narrow: RuleMatcher): boolean {
  return (
    sameOrAny(wide.uid, narrow.uid) &&
    sameOrAny(wide.direction, narrow.direction) &&
    everyIn(wide.protocols, narrow.protocols, (one, other) => one === other) &&
    everyIn(wide.ports, narrow.ports, (one, other) => one.from <= other.from && other.to <= one.to) &&
    everyIn(wide.addresses, narrow.addresses, addressCovers)
  );
}

function sameOrAny<Value>(wide: Value | undefined, narrow: Value | undefined): boolean {
  return wide === undefined || wide === narrow;
}

/** An empty list is no condition. */
function everyIn<Item>(
  wide: readonly Item[],
  narrow: readonly Item[],
  itemCovers: (wide: Item, narrow: Item) => boolean,
): boolean {
  if (wide.length === 0) return true;
  return narrow.length > 0 && narrow.every((item) => wide.some((other) => itemCovers(other, item)));
}

/** What is in a named network is known to the agent alone, so that it covers itself only. */
export function addressCovers(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  if (!wide.includes('/') || isNetworkName(narrow)) return false;
  const [network, length] = ipaddr.parseCIDR(wide);
  const [addressText = '', lengthText] = narrow.split('/');
  const address = ipaddr.parse(addressText);
  if (address.kind() !== network.kind() || (lengthText !== undefined && Number(lengthText) < length))
    return false;
  return address.match([network, length] as never);
}
