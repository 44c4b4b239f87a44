import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { finish } from '../platform/sliced-work.ts';
import { LastGoodVersions } from './last-good.ts';
import type { ReadText } from './last-good.ts';
import { parseRules } from './parse-rules.ts';
import type { RulesReading } from './parse-rules.ts';

const TEXT = `# Read with: nothing
- id: a # why
  action: deny
  user: alice
- { id: b, action: deny, created: 2026-01-01T00:00:00Z }
`;
const READ: ReadText = { text: TEXT, createdAtMs: 1234, users: new Map([['alice', 1000]]) };

function opened(context: TestContext): { readonly state: string; readonly kept: LastGoodVersions } {
  const state = mkdtempSync(join(tmpdir(), 'sallyport-last-good-'));
  context.after(() => rmSync(state, { recursive: true }));
  return { state, kept: new LastGoodVersions(state) };
}

function rulesOf({ text, createdAtMs, users }: ReadText): Extract<RulesReading, { kind: 'rules' }>['rules'] {
  const reading = parseRules(text, 'a.yaml', { createdAtMs, resolveUser: (name) => users.get(name) });
  return reading.kind === 'rules' ? reading.rules : assert.fail(JSON.stringify(reading));
}

for (const [how, read] of [
  ['of the text', READ],
  ['of rules that are written out', undefined],
] as const)
  test(`the copy means the same when its users are gone: ${how}`, (context) => {
    const { state, kept } = opened(context);
    const rules = rulesOf(READ);
    finish(kept.keep('a.yaml', { digest: 'd', rules, read }));
    assert.deepEqual(new LastGoodVersions(state).rulesOf('a.yaml'), rules);
    assert.equal(kept.holds('a.yaml', { digest: 'd', rules }), true);
    assert.equal(kept.holds('a.yaml', { digest: 'other', rules }), false);
  });

test('a text is copied as it is, whatever its size is', (context) => {
  const { state, kept } = opened(context);
  finish(kept.keep('a.yaml', { digest: 'd', rules: rulesOf(READ), read: READ }));
  assert.ok(readFileSync(join(state, 'last-good', 'a.yaml'), 'utf8').endsWith(`\n${TEXT}`));
});

test('a copy whose head is damaged is none', (context) => {
  const { state, kept } = opened(context);
  finish(kept.keep('a.yaml', { digest: 'd', rules: rulesOf(READ), read: READ }));
  const file = join(state, 'last-good', 'a.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('"users"', 'users'));
  assert.equal(kept.rulesOf('a.yaml'), undefined);
});
