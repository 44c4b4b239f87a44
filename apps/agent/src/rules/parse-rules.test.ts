// Reading rules: what is accepted, and for everything else the place and a reason that says what to do.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { storableRules } from '../domain/rule.arbitrary.ts';
import type { RuleContext } from './entry-to-rule.ts';
import { parseRules } from './parse-rules.ts';
import type { RulesReading } from './parse-rules.ts';
import { readPlain } from './plain-yaml.ts';
import { ruleText, rulesText } from './rule-to-entry.ts';
import { RULE_SCHEMA_FILE } from './schema.codegen.ts';
import { ruleFileJsonSchema } from './schema.ts';

const context: RuleContext = { resolveUser: (name) => (name === 'alice' ? 1000 : undefined), createdAtMs: 5 };
const read = (text: string): RulesReading => parseRules(text, 'test.yaml', context);

const faultsOf = (reading: RulesReading) => (reading.kind === 'refused' ? reading.problems : []);

const RULE = 'id: a\naction: allow\napp: /usr/bin/curl\n';

/** Appended to a valid rule: the line, column and reason of the only problem. */
const WRONG: readonly (readonly [name: string, text: string, place: string, reason: RegExp])[] = [
  ['an unknown key', `${RULE}adress: 1.2.3.4\n`, '4:1', /adress is not a key of a rule/],
  ['a key given twice', `${RULE}port: 1\nport: 2\n`, '5:1', /not valid YAML: .*unique/],
  ['a missing id', 'action: allow\n', '1:1', /id is missing/],
  ['a missing action', 'id: a\n', '1:1', /action must be allow or deny/],
  ['an id that could leave the directory', 'id: ../a\naction: deny\n', '1:5', /id must be 1 to 128/],
  ['an unknown action', 'id: a\naction: permit\n', '2:9', /action must be allow or deny/],
  ['a relative app', 'id: a\naction: deny\napp: curl\n', '3:6', /not an absolute path/],
  [
    'an app that is not normal',
    'id: a\naction: deny\napp: /usr//bin/../bin/curl\n',
    '3:6',
    /write \/usr\/bin\/curl/,
  ],
  [
    'an allow for an app without a path',
    'id: a\naction: allow\napp: memfd:x\n',
    '3:6',
    /only a path may be allowed/,
  ],
  ['an unknown user', `${RULE}user: bob\n`, '4:7', /bob is not a user of this computer/],
  ['a negative user', `${RULE}user: -1\n`, '4:7', /user must be a user id or a user name/],
  ['an unknown protocol', `${RULE}protocol: tpc\n`, '4:11', /protocol must be icmp, tcp/],
  ['a protocol number above 255', `${RULE}protocol: ip-256\n`, '4:11', /end at 255/],
  ['a protocol number that has a name', `${RULE}protocol: ip-6\n`, '4:11', /write tcp/],
  ['an empty list', `${RULE}protocol: []\n`, '4:11', /empty list/],
  [
    'ports with a protocol that has none',
    `${RULE}protocol: icmp\nport: 1\n`,
    '5:7',
    /icmp, which has no ports/,
  ],
  [
    'an address with packet sockets',
    `${RULE}protocol: [tcp, packet]\naddress: 1.2.3.4\n`,
    '5:10',
    /packet, which has no address/,
  ],
  ['port 0', `${RULE}port: 0\n`, '4:7', /port must be a port 1-65535/],
  ['a port above 65535', `${RULE}port: [80, 70000-70001]\n`, '4:7', /above 65535/],
  ['a reversed range', `${RULE}port: 20-10\n`, '4:7', /write 10-20/],
  ['an address that is none', `${RULE}address: example.com\n`, '4:10', /not an address, a CIDR/],
  ['an octal address', `${RULE}address: 010.0.0.1\n`, '4:10', /not an address/],
  ['a CIDR with host bits', `${RULE}address: 10.1.2.3/8\n`, '4:10', /write 10\.0\.0\.0\/8 .* or 10\.1\.2\.3/],
  ['a prefix length that is too long', `${RULE}address: 10.0.0.0/33\n`, '4:10', /from 0 to 32/],
  ['an IPv4-mapped address', `${RULE}address: '::ffff:1.2.3.4'\n`, '4:10', /write 1\.2\.3\.4/],
  ['a zone id', `${RULE}address: fe80::1%eth0\n`, '4:10', /has a zone/],
  ['an empty address list', `${RULE}address:\n`, '4:9', /address must be/],
  ['a fractional priority', `${RULE}priority: 1.5\n`, '4:11', /whole number/],
  ['a time without a zone', `${RULE}until: 2026-12-01\n`, '4:8', /time with its zone/],
  ['a day that does not exist', `${RULE}until: 2026-02-30T00:00:00Z\n`, '4:8', /time/],
  ['enabled as a word', `${RULE}enabled: yes\n`, '4:10', /true or false/],
  ['a NUL byte', `${RULE}note: a\0b\n`, '4:8', /NUL/],
  ['a NUL in an app', 'id: a\naction: deny\napp: "/a\\0"\n', '3:6', /NUL/],
  ['an alias', 'id: &x a\naction: deny\nnote: *x\n', '1:8', /anchor/],
  ['a tag', 'id: !!str a\naction: deny\n', '1:11', /tag/],
  ['two documents', `${RULE}---\n${RULE}`, '4:1', /not valid YAML/],
  ['text that is no mapping', 'hello\n', '1:1', /neither a rule nor a list/],
  ['a list item that is no rule', '- 1\n', '1:3', /not a rule/],
  ['two rules with one id', '- {id: a, action: deny}\n- {id: a, action: allow}\n', '2:8', /rule on line 1/],
  ['a broken bracket', `${RULE}port: [1\n`, '5:1', /not valid YAML/],
  ['deep nesting', `${RULE}note: ${'['.repeat(100)}\n`, '4:1', /nested too deeply/],
  ['a prototype as key', '__proto__: {id: a, action: allow}\n', '1:1', /id is missing|not a key/],
];

const DIRECTIONS = [
  ['', 'out'],
  ['direction: out\n', 'out'],
  ['direction: in\n', 'in'],
  ['direction: any\n', undefined],
] as const;

for (const [line, direction] of DIRECTIONS)
  test(`a rule with '${line.trim()}' is about ${direction ?? 'both directions'}`, () => {
    const reading = read(RULE + line);
    assert.ok(reading.kind === 'rules');
    assert.equal(reading.rules[0]?.matcher.direction, direction);
    const again = read(rulesText(reading.rules));
    assert.ok(again.kind === 'rules');
    assert.equal(again.rules[0]?.matcher.direction, direction);
  });

describe('a text is refused with place and reason for', () => {
  for (const [name, text, place, reason] of WRONG) {
    test(name, () => {
      const reading = read(text);
      const [first] = faultsOf(reading);
      assert.match(first?.reason ?? '', reason);
      assert.equal(`${first?.line ?? 0}:${first?.column ?? 0}`, place);
      assert.equal(first?.file, 'test.yaml');
    });
  }

  test('the same faults in a list, where the place counts from the top of the file', () => {
    const reading = read(`# a list\n- id: b\n  action: deny\n\n- id: a\n  action: allow\n  port: 20-10\n`);
    assert.deepEqual(
      faultsOf(reading).map(({ line, column }) => [line, column]),
      [[7, 9]],
    );
  });
});

describe('a rule is read', () => {
  test('with all its keys', () => {
    const reading = read(
      `${RULE}user: alice\ndirection: out\nprotocol: [tcp, udp]\naddress:\n  - 2001:DB8::1 # one\n  - private\n` +
        `port: [443, 8000-8100]\npriority: -2\nuntil: 2026-12-01T01:00:00+01:00\nenabled: false\norigin: prompt\nnote: >\n  free\n  text\n`,
    );
    assert.deepEqual(reading, {
      kind: 'rules',
      shape: 'single',
      isOfBlocks: false,
      rules: [
        {
          id: 'a',
          enabled: false,
          action: 'allow',
          priority: -2,
          matcher: {
            app: '/usr/bin/curl',
            uid: 1000,
            direction: 'out',
            protocols: ['tcp', 'udp'],
            addresses: [
              { kind: 'address', address: '2001:db8::1' },
              { kind: 'network', network: 'private' },
            ],
            ports: [
              { from: 443, to: 443 },
              { from: 8000, to: 8100 },
            ],
          },
          lifetime: { kind: 'until', untilMs: Date.UTC(2026, 11, 1) },
          origin: 'prompt',
          createdAtMs: 5,
          note: 'free text\n',
        },
      ],
    });
  });

  test('from an empty file as no rule', () => {
    for (const text of ['', '# nothing\n', '[]\n']) {
      assert.deepEqual(read(text), { kind: 'rules', shape: 'list', isOfBlocks: false, rules: [] });
    }
  });

  test('with a deny for an app that has no path', () => {
    assert.equal(read('id: a\naction: deny\napp: deleted:/tmp/x\n').kind, 'rules');
  });
});

describe('for every rule', () => {
  test('what is written reads back as an equal rule, by the fast and by the full reader', () => {
    fc.assert(
      fc.property(storableRules({ maxLength: 5 }), (rules) => {
        const text = rulesText(rules);
        for (const variant of [text, `${text}# \tfull\n`]) {
          const reading = read(variant);
          assert.deepEqual(reading.kind === 'rules' ? reading.rules : reading, rules);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('one rule in a file of its own reads back as well', () => {
    fc.assert(
      fc.property(storableRules({ minLength: 1, maxLength: 1 }), ([rule]) => {
        const reading = rule && read(ruleText(rule));
        assert.deepEqual(reading?.kind === 'rules' ? reading.rules : reading, [rule]);
      }),
      { numRuns: 300 },
    );
  });

  test('text of our own is plain: large files never need the full reader', () => {
    fc.assert(
      fc.property(storableRules({ minLength: 1, maxLength: 5 }), (rules) => {
        assert.equal(readPlain(rulesText(rules)).kind, 'plain');
      }),
    );
  });
});

test('the published JSON Schema is current: node apps/agent/src/rules/schema.codegen.ts writes it', () => {
  assert.deepEqual(JSON.parse(readFileSync(RULE_SCHEMA_FILE, 'utf8')), JSON.parse(ruleFileJsonSchema()));
});
