import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isStoredRule, readRuleFile, writeRuleFile } from './rule-file.ts';
import type { RuleFileReading } from './rule-file.ts';
import { NOW_MS, sampleRule } from './samples.ts';

const faults = (reading: RuleFileReading): readonly string[] =>
  reading.faults.map(({ line, reason }) => `${line}: ${reason}`);

describe('rule files', () => {
  test('every bad rule is reported with its line, the good ones are kept apart', () => {
    const reading = readRuleFile(
      `- id: good
  action: allow
  app: /usr/bin/curl
- id: bad-port
  action: allow
  port: 70000
- id: bad-key
  action: deny
  adress: 1.2.3.4
- id: good
  action: deny
`,
    );
    assert.equal(reading.kind, 'rules');
    assert.deepEqual(faults(reading), [
      '4: rule bad-port: port: "70000" is not a port from 1 to 65535.',
      '7: rule bad-key: this: Unrecognized key: "adress"',
      '10: rule good: its id stands twice in this file',
    ]);
  });
  test('an empty list, which would match nothing or everything, is refused', () => {
    assert.equal(faults(readRuleFile('{id: a, action: deny, address: []}')).length, 1);
  });
  test('text that is no YAML is unreadable, with its line', () => {
    const reading = readRuleFile('- id: a\n  action: "allow\n');
    assert.equal(reading.kind, 'unreadable');
    assert.ok((reading.faults[0]?.line ?? 0) > 0);
  });
  test('a bomb of aliases is refused in no time', () => {
    const bomb = `a: &a [x,x,x,x]\n${'bcdefghij'.replaceAll(/./g, (name) => `${name}: &${name} [*${String.fromCharCode(name.charCodeAt(0) - 1)},*${String.fromCharCode(name.charCodeAt(0) - 1)}]\n`)}`;
    assert.notEqual(readRuleFile(bomb).faults.length, 0);
  });
  test('JSON is read as well, one rule without a list too', () => {
    const reading = readRuleFile('{"id": "a", "action": "deny", "address": "loopback", "port": "80-90"}');
    assert.ok(reading.kind === 'rules' && reading.faults.length === 0);
    const matcher = reading.rules[0]?.matcher;
    assert.deepEqual(matcher?.addresses, [{ text: 'loopback' }]);
    assert.deepEqual(matcher.ports, [{ from: 80, to: 90 }]);
  });
  test('what export writes, import reads', () => {
    const rules = [
      sampleRule(),
      sampleRule({ id: 'b', enabled: false, priority: -3, note: 'yes: "no"\n# x', action: 'ACTION_DENY' }),
      sampleRule({ id: 'c', lifetime: { lifetime: 'untilMs', untilMs: NOW_MS } }),
    ];
    const reading = readRuleFile(writeRuleFile(rules));
    assert.ok(reading.kind === 'rules');
    assert.deepEqual(reading.faults, []);
    const meaning = rules.map((rule) => ({
      ...rule,
      origin: 'import',
      createdAtMs: 0,
      sentence: '',
      file: '',
    }));
    assert.deepEqual(reading.rules, meaning);
  });
  test('temporary rules are not for files', () => {
    assert.equal(
      isStoredRule(sampleRule({ lifetime: { lifetime: 'untilRestart', untilRestart: {} } })),
      false,
    );
  });
  test('any text is read or refused, never thrown about', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(
          fc.constantFrom(
            '- ',
            'id: a',
            '\n',
            '  ',
            'action: allow',
            '{',
            '[',
            '&a ',
            '*a',
            '"',
            ':',
            '!!',
            'port: 1',
          ),
          { maxLength: 25 },
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (input) => ['rules', 'unreadable'].includes(readRuleFile(input).kind)),
      { numRuns: 400 },
    );
  });
});
