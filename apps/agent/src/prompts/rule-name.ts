// Ids of rules that come from prompts: made of the App and the endpoint, so that a list of ids can be read.
import type { Rule, RuleId, RuleMatcher } from '../domain/rule.ts';
import type { RuleDraft } from './rule-draft.ts';

const MAX_STEM_LENGTH = 96;
const FALLBACK_STEM = 'rule';

export interface NamingOptions {
  /** Whether a rule of that id exists already. */
  readonly isTaken: (id: RuleId) => boolean;
  readonly wallMs: number;
}

/** Names all drafts of one decision; ids differ from each other and from those that are taken. */
export function rulesOf(drafts: readonly RuleDraft[], { isTaken, wallMs }: NamingOptions): Rule[] {
  const given = new Set<RuleId>();
  return drafts.map((draft) => {
    const id = freeId(stem(draft.matcher), (candidate) => given.has(candidate) || isTaken(candidate));
    given.add(id);
    return {
      id,
      enabled: true,
      action: draft.action,
      priority: 0,
      matcher: draft.matcher,
      lifetime: draft.lifetime,
      origin: 'prompt',
      createdAtMs: wallMs,
      note: draft.note,
    };
  });
}

function freeId(wanted: string, isTaken: (id: RuleId) => boolean): RuleId {
  let id = wanted as RuleId;
  for (let suffix = 2; isTaken(id); suffix += 1) id = `${wanted}-${suffix}` as RuleId;
  return id;
}

function stem(matcher: RuleMatcher): string {
  const parts = [appPart(matcher), ...protocolPart(matcher), ...addressPart(matcher), ...portPart(matcher)];
  const text = parts
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/-{2,}/g, '-')
    .replaceAll(/\.{2,}/g, '.')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, MAX_STEM_LENGTH)
    .replace(/[^a-z0-9]+$/, '');
  return text === '' ? FALLBACK_STEM : text;
}

function appPart({ app }: RuleMatcher): string {
  const name = app?.slice(app.lastIndexOf('/') + 1) ?? '';
  return /[a-z0-9]/i.test(name) ? name.slice(0, MAX_STEM_LENGTH / 2) : 'app';
}

/** TCP goes without saying where an address or a port is in the id. */
function protocolPart({ protocols }: RuleMatcher): string[] {
  return protocols === undefined || (protocols.length === 1 && protocols[0] === 'tcp') ? [] : [...protocols];
}

function addressPart({ addresses }: RuleMatcher): string[] {
  const first = addresses?.[0];
  if (first?.kind !== 'address') return [];
  return [first.address, ...more(addresses)];
}

function portPart({ ports }: RuleMatcher): string[] {
  const first = ports?.[0];
  return first === undefined ? [] : [String(first.from), ...more(ports)];
}

function more(list: readonly unknown[] | undefined): string[] {
  return list === undefined || list.length < 2 ? [] : [`and-${list.length - 1}-more`];
}
