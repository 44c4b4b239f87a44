// Rules on the wire, both ways.
import { ruleListInParts } from '@sallyport/proto';
import type * as Wire from '@sallyport/proto';
import type { Direction } from '../../domain/flow-key.ts';
import type { ProcessInstance } from '../../domain/owner.ts';
import { addressMatcherText } from '../../domain/rule.ts';
import type { RuleId, PortRange, RuleLifetime, RuleMatcher } from '../../domain/rule.ts';
import type { SlicedWork } from '../../platform/sliced-work.ts';
import type { RuleDraft, RuleListing, RuleProblem, RuleUses, StoredRule } from '../ports.ts';
import { ACTIONS, DIRECTIONS, writeAction, writeDirection } from './enums.ts';
import {
  InvalidField,
  readEnum,
  readList,
  readNumber,
  readPort,
  readPresent,
  readRuleId,
  readText,
  readUid,
  shown,
} from './field.ts';
import { readAddressMatcher, readAppId, readProtocol } from './network.ts';

const LONGEST_LIST = 1000;
const LARGEST_PRIORITY = 1_000_000;
/** The last moment of the year 9999. */
const LATEST_MS = 253_402_300_799_999;
/** As long as in a rule file. */
const NOTE = {
  longest: 4096,
  pattern: /^(?:[\n\t]|\P{Cc})*$/u,
  expected: 'text without control characters',
};

/** Throws an InvalidField. Sentence and file are the agent's own and are not read. */
export function readRuleDraft(field: string, rule: Wire.Rule): RuleDraft {
  return {
    id: rule.id === '' ? undefined : (readRuleId(`${field}.id`, rule.id) as RuleId),
    enabled: rule.enabled,
    action: readEnum(`${field}.action`, rule.action, ACTIONS),
    priority: readNumber(`${field}.priority`, rule.priority, {
      from: -LARGEST_PRIORITY,
      to: LARGEST_PRIORITY,
    }),
    matcher: readMatcher(
      `${field}.matcher`,
      readPresent(`${field}.matcher`, rule.matcher, 'what the rule matches'),
    ),
    lifetime: readLifetime(`${field}.lifetime`, rule.lifetime),
    origin: readOrigin(`${field}.origin`, rule.origin),
    createdAtMs: rule.createdAtMs === 0 ? undefined : readMoment(`${field}.created_at_ms`, rule.createdAtMs),
    note: rule.note === '' ? undefined : readText(`${field}.note`, rule.note, NOTE),
  };
}

const ORIGINS = { '': 'user', user: 'user', import: 'import', prompt: 'prompt', default: 'default' } as const;

function readOrigin(field: string, origin: string): RuleDraft['origin'] {
  if (Object.hasOwn(ORIGINS, origin)) return ORIGINS[origin as keyof typeof ORIGINS];
  throw new InvalidField(
    field,
    `is ${shown(origin)}`,
    'user, import, prompt or default, or empty for `user`',
  );
}

/** A whole millisecond, as a rule file has it. */
function readMoment(field: string, atMs: number): number {
  return Math.floor(readNumber(field, atMs, { from: 0, to: LATEST_MS }));
}

function readMatcher(field: string, matcher: Wire.RuleMatcher): RuleMatcher {
  const list = { longest: LONGEST_LIST };
  return {
    app: matcher.app === '' ? undefined : readAppId(`${field}.app`, matcher.app),
    uid: matcher.uid === undefined ? undefined : readUid(`${field}.uid`, matcher.uid),
    direction: readDirection(`${field}.direction`, matcher.direction),
    protocols: readList(`${field}.protocols`, matcher.protocols, { ...list, read: readProtocol }),
    addresses: readList(`${field}.addresses`, matcher.addresses, { ...list, read: readAddressMatcher }),
    ports: readList(`${field}.ports`, matcher.ports, { ...list, read: readPortRange }),
  };
}

/** What does not say it is about what goes out. */
function readDirection(field: string, direction: Wire.Direction): Direction | undefined {
  if (direction === 'DIRECTION_ANY') return undefined;
  return direction === 'DIRECTION_UNSPECIFIED' ? 'out' : readEnum(field, direction, DIRECTIONS);
}

function readPortRange(field: string, range: Wire.PortRange): PortRange {
  const from = readPort(`${field}.from`, range.from);
  const to = readPort(`${field}.to`, range.to);
  if (from > to) throw new InvalidField(field, `goes from ${from} to ${to}`, 'the lower port first');
  return { from, to };
}

function readLifetime(field: string, lifetime: Wire.RuleLifetime | undefined): RuleLifetime {
  switch (lifetime?.lifetime) {
    case 'always':
      return { kind: 'always' };
    case 'untilMs':
      return {
        kind: 'until',
        untilMs: readMoment(`${field}.until_ms`, lifetime.untilMs),
      };
    case 'process':
      return {
        kind: 'process',
        process: readProcess(`${field}.process`, lifetime.process),
        withChildren: false,
      };
    case 'processTree':
      return {
        kind: 'process',
        process: readProcess(`${field}.process_tree`, lifetime.processTree),
        withChildren: true,
      };
    case 'untilRestart':
      return { kind: 'restart' };
    case undefined:
      throw new InvalidField(
        field,
        'is missing',
        'one of always, until_ms, process, process_tree, until_restart',
      );
  }
}

function readProcess(field: string, { pid, startNs }: Wire.ProcessInstance): ProcessInstance {
  return { pid: readNumber(`${field}.pid`, pid, { from: 1, to: 0x7fff_ffff }), startNs: BigInt(startNs) };
}

export function writeRule(stored: StoredRule): Wire.Rule {
  const { rule } = stored;
  return {
    id: rule.id,
    enabled: rule.enabled,
    action: writeAction(rule.action),
    priority: rule.priority,
    matcher: writeMatcher(rule.matcher),
    lifetime: writeLifetime(rule.lifetime),
    origin: rule.origin,
    createdAtMs: rule.createdAtMs,
    note: rule.note ?? '',
    sentence: stored.sentence,
    file: stored.file ?? '',
  };
}

function writeMatcher(matcher: RuleMatcher): Wire.RuleMatcher {
  return {
    app: matcher.app ?? '',
    uid: matcher.uid,
    direction: matcher.direction === undefined ? 'DIRECTION_ANY' : writeDirection(matcher.direction),
    protocols: matcher.protocols ?? [],
    addresses: (matcher.addresses ?? []).map((address) => ({ text: addressMatcherText(address) })),
    ports: matcher.ports ?? [],
  };
}

function writeLifetime(lifetime: RuleLifetime): Wire.RuleLifetime {
  switch (lifetime.kind) {
    case 'always':
      return { lifetime: 'always', always: {} };
    case 'until':
      return { lifetime: 'untilMs', untilMs: lifetime.untilMs };
    case 'process':
      return writeProcess(lifetime);
    case 'restart':
      return { lifetime: 'untilRestart', untilRestart: {} };
  }
}

function writeProcess({
  process: { pid, startNs },
  withChildren,
}: Extract<RuleLifetime, { kind: 'process' }>): Wire.RuleLifetime {
  const process = { pid, startNs: String(startNs) };
  return withChildren ? { lifetime: 'processTree', processTree: process } : { lifetime: 'process', process };
}

/** In slices: of a hundred thousand rules it takes seconds. */
export function* writeListing({ rules, problems }: RuleListing): SlicedWork<Wire.EncodedMessage> {
  const list = ruleListInParts();
  list.add({ problems: problems.map(writeProblem) });
  yield* addRules(list, rules);
  return list.finish();
}

export function* addRules(
  message: Wire.MessageInParts<{ rules: readonly Wire.Rule[] }>,
  rules: Iterable<StoredRule>,
): SlicedWork<void> {
  for (const rule of rules) {
    message.add({ rules: [writeRule(rule)] });
    yield;
  }
}

export function writeRuleUses({ uses, sinceMs }: RuleUses): Wire.ListRuleUsesResponse {
  return { uses: uses.map((use) => ({ ...use, flows: String(use.flows) })), sinceMs: sinceMs ?? 0 };
}

export function writeProblem(problem: RuleProblem): Wire.RuleProblem {
  return {
    file: problem.file,
    line: problem.line ?? 0,
    reason: problem.reason,
    lastGoodVersionInForce: problem.lastGoodVersionInForce,
  };
}
