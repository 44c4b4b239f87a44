// Rules as the API sees them, over real rule files.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { FirewallEvent, RuleDraft } from './api/ports.ts';
import type { AppId } from './domain/app.ts';
import type { Rule, RuleId } from './domain/rule.ts';
import { finish } from './platform/sliced-work.ts';
import { readRuleId } from './api/wire/field.ts';
import { readRuleDraft, writeRule } from './api/wire/rule.ts';
import { RulesBook } from './rules-book.ts';
import { RulesStore } from './rules/rules-store.ts';

const NOW_MS = 1_700_000_000_000;
const DRAFT: RuleDraft = {
  id: undefined,
  enabled: true,
  action: 'allow',
  priority: 0,
  matcher: {
    app: '/usr/bin/curl' as AppId,
    uid: undefined,
    direction: 'out',
    protocols: undefined,
    addresses: undefined,
    ports: undefined,
  },
  lifetime: { kind: 'always' },
  origin: 'user',
  createdAtMs: undefined,
  note: undefined,
};

let directory: string;
let store: RulesStore;
let book: RulesBook;
let told: string[];
let alive: boolean;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sallyport-book-'));
  told = [];
  alive = true;
  store = RulesStore.open({
    directory: join(directory, 'rules'),
    stateDirectory: join(directory, 'state'),
    resolveUser: () => undefined,
    nowMs: () => NOW_MS,
    onChange: (change) => book.announce(change),
  });
  book = new RulesBook({
    store,
    directory: join(directory, 'rules'),
    nowMs: () => NOW_MS,
    events: { emit: (event) => told.push(textOf(event)) },
    isAlive: () => alive,
  });
});
afterEach(() => {
  store.close();
  rmSync(directory, { recursive: true });
});

function textOf(event: FirewallEvent): string {
  if (event.kind === 'rule') return `rule ${event.rule.rule.id} ${event.rule.rule.enabled ? 'on' : 'off'}`;
  return event.kind === 'rule-deleted' ? `deleted ${event.ruleId}` : event.kind;
}

function put(draft: Partial<RuleDraft> = {}) {
  const outcome = book.put({ ...DRAFT, ...draft });
  assert.ok(outcome.kind === 'done', outcome.kind);
  return outcome.value;
}

test('a new rule gets a name, a time, a file and a sentence, and clients hear of it', () => {
  const { rule, file, sentence } = put();
  assert.deepEqual([rule.id, rule.createdAtMs, rule.origin], ['curl', NOW_MS, 'user']);
  assert.equal(file, join(directory, 'rules', 'curl.yaml'));
  assert.match(sentence, /curl/);
  assert.deepEqual(told, ['rule curl on', 'problems']);
  assert.equal(put().rule.id, 'curl-2');
});

test('a rule that is replaced keeps where it came from and when it was made', () => {
  const { rule } = put({ origin: 'import' });
  const replaced = put({ id: rule.id, action: 'deny', origin: 'user' }).rule;
  assert.deepEqual([replaced.id, replaced.action, replaced.origin], [rule.id, 'deny', 'import']);
  assert.equal([...book.list().rules].length, 1);
});

test('a rule that comes back after a deletion is what it was', () => {
  const { rule } = put({ origin: 'prompt', createdAtMs: 1_600_000_000_000 });
  book.delete(rule.id);
  assert.deepEqual(put({ ...rule }).rule, rule);
  assert.deepEqual([rule.origin, rule.createdAtMs], ['prompt', 1_600_000_000_000]);
});

test('rules become a text that reads as the same rules, and those in memory are left out', () => {
  const rules = [put().rule, put({ action: 'deny', note: 'why: "because"' }).rule];
  put({ lifetime: { kind: 'restart' } });
  const read = Array.from(book.read(finish(book.text([]))).rules, ({ rule }) => rule);
  assert.deepEqual(new Set(read), new Set(rules));
  const text = finish(book.text(['curl-2' as RuleId, 'none' as RuleId]));
  assert.match(text, /^- id: curl-2\n {2}action: deny\n/);
  assert.doesNotMatch(text, /id: curl\n/);
});

test('what a rule file may have as id and note, the API takes as well', () => {
  const [id, note] = [`a${'b'.repeat(127)}` as RuleId, 'x'.repeat(4096)];
  const wire = writeRule(put({ id, note }));
  assert.equal(readRuleDraft('rule', wire).note, note);
  assert.equal(readRuleId('id', wire.id), id);
});

test('a text with a bad rule is refused with the line, and nothing is stored', () => {
  const listing = book.read('- id: a\n  action: allow\n- id: b\n  action: perhaps\n');
  assert.deepEqual(listing.rules, []);
  assert.deepEqual(
    listing.problems.map(({ line }) => line),
    [4],
  );
  assert.equal(book.has('a' as RuleId), false);
});

test('only what changed is announced', () => {
  const { rule } = put();
  put({ action: 'deny' });
  told = [];
  assert.equal(book.setEnabled({ ruleId: rule.id, enabled: false }).kind, 'done');
  assert.deepEqual(told, ['rule curl off', 'problems']);
  told = [];
  assert.equal(book.delete(rule.id).kind, 'done');
  assert.deepEqual(told, ['deleted curl', 'problems']);
});

test('a list is that of its moment, though it is read later', () => {
  const { rule } = put();
  const { rules } = book.list();
  put({ action: 'deny' });
  book.delete(rule.id);
  assert.deepEqual(
    Array.from(rules, (shown) => shown.rule.id),
    [rule.id],
  );
});

test('more rules than are told one by one are told as one event', () => {
  const removed = Array.from({ length: 501 }, (_, index) => ({ ...DRAFT, id: `gone-${index}` as RuleId }));
  told = [];
  book.announce({ removed: removed.slice(1) as readonly Rule[], added: [], problems: [] });
  assert.deepEqual([told.length, told.at(-1)], [501, 'problems']);
  told = [];
  book.announce({ removed: removed as readonly Rule[], added: [], problems: [] });
  assert.deepEqual(told, ['many-rules']);
});

test('a rule that is not there is neither deleted nor switched', () => {
  const none = 'none' as RuleId;
  assert.deepEqual(book.delete(none), { kind: 'not-found', what: 'the rule none' });
  assert.equal(book.setEnabled({ ruleId: none, enabled: true }).kind, 'not-found');
  assert.equal(book.show(none), undefined);
});

test('a rule whose file somebody removed meanwhile is not there, which is no failure of the disk', () => {
  const { rule, file } = put();
  rmSync(file ?? '');
  assert.equal(book.delete(rule.id).kind, 'not-found');
});

test('what the disk refuses is told from what the rule lacks', () => {
  assert.equal(book.put({ ...DRAFT, priority: 2_000_000 }).kind, 'refused');
  chmodSync(join(directory, 'rules'), 0o777);
  const failed = book.put(DRAFT);
  assert.ok(failed.kind === 'storage-failed');
  assert.match(failed.text, /^Could not write curl\.yaml.*\.$/);
});

test('rules for a process live in memory, and go when it has ended', () => {
  const lifetime = { kind: 'process', process: { pid: 7, startNs: 70n }, withChildren: false } as const;
  const { rule, file } = put({ lifetime });
  put();
  assert.equal(file, undefined);
  book.forgetEndedProcesses();
  assert.equal(book.has(rule.id), true);
  alive = false;
  book.forgetEndedProcesses();
  assert.deepEqual(
    Array.from(book.list().rules, (shown) => shown.rule.id),
    ['curl-2'],
  );
});
