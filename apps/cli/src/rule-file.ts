// Rules as text for export and import: the format of the files in /etc/sallyport/rules, one mapping or a list of them.
import type { Rule, RuleMatcher } from '@sallyport/proto';
import { LineCounter, parseDocument, stringify } from 'yaml';
import type { Document } from 'yaml';
import { z } from 'zod';
import { parseProtocol } from './arguments/protocol.ts';
import { parsePortRange, parseTarget } from './arguments/target.ts';
import { parseUser } from './arguments/user.ts';

export interface RuleFault {
  /** From 1; 0 where the fault is not in one place. */
  readonly line: number;
  readonly reason: string;
}

export type RuleFileReading =
  | { readonly kind: 'rules'; readonly rules: readonly Rule[]; readonly faults: readonly RuleFault[] }
  | { readonly kind: 'unreadable'; readonly faults: readonly RuleFault[] };

const oneOrMore = <Item extends z.ZodType>(item: Item) => z.union([item, z.array(item).min(1)]);

const entrySchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,127}$/, 'must be of a-z, 0-9, dot, underscore and hyphen'),
  action: z.enum(['allow', 'deny'], 'must be allow or deny'),
  app: z.string().min(1).max(4096).optional(),
  user: z.union([z.int().min(0), z.string().min(1)]).optional(),
  direction: z.enum(['out', 'in', 'any'], 'must be out, in or any').optional(),
  protocol: oneOrMore(z.string()).optional(),
  address: oneOrMore(z.string()).optional(),
  port: oneOrMore(z.union([z.int(), z.string()])).optional(),
  priority: z.int().min(-1_000_000).max(1_000_000).optional(),
  until: z.iso
    .datetime({ offset: true, error: 'must be a time with its zone, such as 2026-12-01T18:00:00Z' })
    .optional(),
  enabled: z.boolean().optional(),
  origin: z.enum(['prompt', 'user', 'import', 'default']).optional(),
  created: z.iso.datetime({ offset: true }).optional(),
  note: z.string().max(4096).optional(),
});
type RuleEntry = z.infer<typeof entrySchema>;

const LONGEST_TEXT = 8 * 1024 * 1024;

/** Every rule of the text that can be read, and every fault. Never throws, whatever the text. */
export function readRuleFile(text: string): RuleFileReading {
  if (text.length > LONGEST_TEXT)
    return { kind: 'unreadable', faults: [{ line: 0, reason: 'is larger than 8 MiB' }] };
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, maxAliasCount: 0 } as Parameters<
      typeof parseDocument
    >[1]);
    const syntax = document.errors.map((error) => ({
      line: error.linePos?.[0].line ?? 0,
      reason: error.message,
    }));
    return syntax.length > 0 ? { kind: 'unreadable', faults: syntax } : readEntries(document, lines);
  } catch (failure) {
    // The YAML library throws on some texts instead of reporting: too deep, too many aliases.
    return {
      kind: 'unreadable',
      faults: [{ line: 0, reason: `cannot be read as YAML: ${String(failure)}` }],
    };
  }
}

function readEntries(document: Document.Parsed, lines: LineCounter): RuleFileReading {
  const content: unknown = document.toJS({ maxAliasCount: 0 });
  const entries: readonly unknown[] = Array.isArray(content) ? content : [content];
  const lineOf = (index: number): number =>
    lineOfEntry({ document, lines, isList: Array.isArray(content) }, index);
  const rules: Rule[] = [];
  const faults: RuleFault[] = [];
  const ids = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const read = readEntry(entry);
    const twin = read.kind === 'rule' && ids.has(read.rule.id);
    if (read.kind === 'refused')
      faults.push(...read.reasons.map((reason) => ({ line: lineOf(index), reason })));
    else if (twin)
      faults.push({ line: lineOf(index), reason: `rule ${read.rule.id}: its id stands twice in this file` });
    else rules.push(read.rule);
    if (read.kind === 'rule') ids.add(read.rule.id);
  }
  return { kind: 'rules', rules, faults };
}

interface EntryPlaces {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  readonly isList: boolean;
}

function lineOfEntry({ document, lines, isList }: EntryPlaces, index: number): number {
  const node: unknown = isList ? document.getIn([index], true) : document.contents;
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  const offset: unknown = Array.isArray(range) ? range[0] : undefined;
  return typeof offset === 'number' ? lines.linePos(offset).line : 0;
}

type EntryReading =
  | { readonly kind: 'rule'; readonly rule: Rule }
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };

function readEntry(entry: unknown): EntryReading {
  const parsed = entrySchema.safeParse(entry);
  if (parsed.success) return convert(parsed.data);
  const name = nameOf(entry);
  return {
    kind: 'refused',
    reasons: parsed.error.issues.map((issue) => `${name}${issue.path.join('.') || 'this'}: ${issue.message}`),
  };
}

function nameOf(entry: unknown): string {
  const id = typeof entry === 'object' && entry !== null && 'id' in entry ? entry.id : undefined;
  return typeof id === 'string' ? `rule ${id}: ` : '';
}

function convert(entry: RuleEntry): EntryReading {
  try {
    return { kind: 'rule', rule: ruleOf(entry) };
  } catch (failure) {
    return {
      kind: 'refused',
      reasons: [`rule ${entry.id}: ${failure instanceof Error ? failure.message : String(failure)}`],
    };
  }
}

function ruleOf(entry: RuleEntry): Rule {
  return {
    id: entry.id,
    enabled: entry.enabled ?? true,
    action: entry.action === 'allow' ? 'ACTION_ALLOW' : 'ACTION_DENY',
    priority: entry.priority ?? 0,
    matcher: matcherOf(entry),
    lifetime:
      entry.until === undefined
        ? { lifetime: 'always', always: {} }
        : { lifetime: 'untilMs', untilMs: Date.parse(entry.until) },
    origin: 'import',
    createdAtMs: 0,
    note: entry.note ?? '',
    sentence: '',
    file: '',
  };
}

const DIRECTIONS = { out: 'DIRECTION_OUT', in: 'DIRECTION_IN', any: 'DIRECTION_ANY' } as const;

function matcherOf(entry: RuleEntry): RuleMatcher {
  return {
    app: entry.app ?? '',
    uid: entry.user === undefined ? undefined : parseUser(String(entry.user), 'user'),
    direction: DIRECTIONS[entry.direction ?? 'out'],
    protocols: listOf(entry.protocol).map((text) => parseProtocol(text, 'protocol')),
    addresses: listOf(entry.address).map((text) => ({ text: addressOf(text) })),
    ports: listOf(entry.port).map((port) => parsePortRange(String(port), 'port')),
  };
}

function addressOf(text: string): string {
  const target = parseTarget(text, 'address');
  if (target.port !== undefined) throw new Error(`address: "${text}" has a port; write it under port.`);
  return target.text;
}

function listOf<Item>(items: Item | Item[] | undefined): readonly Item[] {
  if (items === undefined) return [];
  return Array.isArray(items) ? items : [items];
}

/** The rules as a file that import reads again. Rules that live in memory only are left out: give stored ones. */
export function writeRuleFile(rules: readonly Rule[]): string {
  return rules.length === 0 ? '[]\n' : stringify(rules.map(entryOf), { lineWidth: 0 });
}

/** Whether a rule can be written to a file: others end with their process or with the agent. */
export function isStoredRule(rule: Rule): boolean {
  return rule.lifetime?.lifetime === 'always' || rule.lifetime?.lifetime === 'untilMs';
}

function entryOf(rule: Rule): Record<string, unknown> {
  const entry = {
    id: rule.id,
    action: rule.action === 'ACTION_ALLOW' ? 'allow' : 'deny',
    ...matcherEntry(rule.matcher),
    priority: unless(rule.priority, 0),
    until: rule.lifetime?.lifetime === 'untilMs' ? timeOf(rule.lifetime.untilMs) : undefined,
    enabled: unless(rule.enabled, true),
    origin: unless(rule.origin, ''),
    created: rule.createdAtMs === 0 ? undefined : timeOf(rule.createdAtMs),
    note: unless(rule.note, ''),
  };
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}

function matcherEntry(matcher: RuleMatcher | undefined): Record<string, unknown> {
  if (matcher === undefined) return {};
  return {
    app: unless(matcher.app, ''),
    user: matcher.uid,
    direction: directionOf(matcher),
    protocol: oneOrList(matcher.protocols),
    address: oneOrList(matcher.addresses.map(({ text }) => text)),
    port: oneOrList(matcher.ports.map(({ from, to }) => (from === to ? from : `${from}-${to}`))),
  };
}

/** Undefined for the value that goes without saying. */
function unless<Value>(value: Value, implied: Value): Value | undefined {
  return value === implied ? undefined : value;
}

function directionOf(matcher: RuleMatcher): keyof typeof DIRECTIONS {
  if (matcher.direction === 'DIRECTION_IN') return 'in';
  return matcher.direction === 'DIRECTION_ANY' ? 'any' : 'out';
}

function oneOrList<Item>(items: readonly Item[]): Item | readonly Item[] | undefined {
  return items.length < 2 ? items[0] : items;
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
