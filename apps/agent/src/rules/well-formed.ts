// A quick look at an entry: whether it surely is a rule of the right shape. True only where the schema takes it as it is, so that
// large files are read without the schema; what is wrong with any other the schema says.
import { regexes } from 'zod/v4/core';
import { protocolPattern, RULE_KEYS } from './schema.ts';
import type { RuleEntry, RuleKey } from './schema.ts';

type Check = (value: unknown) => boolean;

const TIME = regexes.datetime({ offset: true });
const ID = /^[a-z0-9][a-z0-9._-]{0,127}$/;
const PORT = /^[1-9]\d{0,4}(-[1-9]\d{0,4})?$/;

const CHECKS: Readonly<Record<RuleKey, Check>> = {
  id: (value) => isText(value) && ID.test(value),
  action: (value) => value === 'allow' || value === 'deny',
  app: (value) => isShort(value, 4096) && value !== '',
  user: (value) => isWhole(value, 0, 0xffff_fffe) || (isShort(value, 256) && value !== ''),
  direction: (value) => value === 'out' || value === 'in' || value === 'any',
  protocol: oneOrMore((value) => isText(value) && protocolPattern.test(value)),
  address: oneOrMore(isText),
  port: oneOrMore((value) => isWhole(value, 1, 65_535) || (isText(value) && PORT.test(value))),
  priority: (value) => isWhole(value, -1_000_000, 1_000_000),
  until: (value) => isText(value) && TIME.test(value),
  enabled: (value) => typeof value === 'boolean',
  origin: (value) => value === 'prompt' || value === 'user' || value === 'import' || value === 'default',
  created: (value) => isText(value) && TIME.test(value),
  note: (value) => isShort(value, 4096),
};

const CHECK_OF: ReadonlyMap<string, Check> = new Map(RULE_KEYS.map((key) => [key, CHECKS[key]]));

export function isWellFormed(entry: unknown): entry is RuleEntry {
  if (typeof entry !== 'object' || entry === null || !('id' in entry) || !('action' in entry)) return false;
  for (const key in entry) if (CHECK_OF.get(key)?.(entry[key as keyof typeof entry]) !== true) return false;
  return true;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isShort(value: unknown, longest: number): boolean {
  return isText(value) && value.length <= longest;
}

function isWhole(value: unknown, from: number, to: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to;
}

function oneOrMore(check: Check): Check {
  return (value) => (Array.isArray(value) ? value.length > 0 && value.every(check) : check(value));
}
