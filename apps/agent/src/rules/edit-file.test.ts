import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { storableRules } from '../domain/rule.arbitrary.ts';
import type { Rule, RuleId } from '../domain/rule.ts';
import { editedFile } from './edit-file.ts';
import type { RuleEdit } from './edit-file.ts';
import { parseRules } from './parse-rules.ts';
import type { RulesReading } from './parse-rules.ts';
import { rulesText } from './rule-to-entry.ts';

const parse = (text: string): RulesReading =>
  parseRules(text, 'test.yaml', { resolveUser: () => undefined, createdAtMs: 0 });

function rulesOf(text: string): readonly Rule[] {
  const reading = parse(text);
  return reading.kind === 'rules' ? reading.rules : assert.fail(JSON.stringify(reading));
}

/** What a person may write between the lines of a file. */
const comments = fc.array(
  fc.tuple(fc.nat(), fc.constantFrom('# why', '  # - id: a', '', '# - action: deny')),
  {
    maxLength: 6,
  },
);

function withComments(text: string, list: readonly (readonly [number, string])[]): string {
  const lines = text.split('\n');
  for (const [place, comment] of list) lines.splice(place % lines.length, 0, comment);
  return lines.join('\n');
}

const files = fc
  .record({ list: storableRules({ minLength: 2, maxLength: 6 }), said: comments })
  .map(({ list, said }) => withComments(rulesText(list), said));

test('a rule that is edited in its block alone leaves the text that an edit of the whole text leaves, and what is told of it', () => {
  fc.assert(
    fc.property(files, fc.nat(), storableRules({ maxLength: 1 }), (text, place, [other]) => {
      const rules = rulesOf(text);
      const previous = rules[place % rules.length];
      if (previous === undefined || rules.length < 2) return;
      const next = other && { ...other, id: previous.id };
      const edit: RuleEdit = { previous, next };
      const edited = editedFile({ text, rules, parse }, edit);
      assert.equal(edited.text, editedFile({ text, rules: undefined, parse }, edit).text);
      assert.deepEqual(edited.rules, rulesOf(edited.text ?? ''));
    }),
    { numRuns: 500 },
  );
});

test('only the block of the rule is read', () => {
  const many = Array.from({ length: 1000 }, (_, index) => RULE_TEXT.replace('NAME', `r${index}`)).join('');
  const rules = rulesOf(many);
  const previous = rules[500];
  assert.ok(previous);
  const read: string[] = [];
  const file = { text: many, rules, parse: (text: string) => (read.push(text), parse(text)) };
  const edited = editedFile(file, { previous, next: { ...previous, action: 'allow', enabled: false } });
  assert.deepEqual(
    read.map((text) => text.split('\n').length),
    [8],
  );
  assert.equal(edited.rules?.[500]?.enabled, false);
});

test('a rule that does not begin with its id is edited in the whole text', () => {
  const text = `- action: deny\n  id: a\n  created: 2026-01-01T00:00:00Z\n${RULE_TEXT.replace('NAME', 'b')}`;
  const rules = rulesOf(text);
  const previous = rules.find(({ id }) => id === ('a' as RuleId));
  assert.ok(previous);
  const edited = editedFile({ text, rules, parse }, { previous, next: { ...previous, priority: 7 } });
  assert.equal(edited.rules, undefined);
  assert.equal(rulesOf(edited.text ?? '')[0]?.priority, 7);
});

const RULE_TEXT = `- id: NAME
  action: deny
  app: /usr/bin/curl
  address: 1.2.3.4
  origin: user
  created: 2026-01-01T00:00:00Z
`;
