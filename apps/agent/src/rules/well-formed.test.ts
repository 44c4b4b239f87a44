import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { storableRules } from '../domain/rule.arbitrary.ts';
import { readAddressMatcher } from './address-text.ts';
import { ruleToEntry } from './rule-to-entry.ts';
import { RULE_KEYS, ruleEntrySchema } from './schema.ts';
import { isWellFormed } from './well-formed.ts';

const odd = fc.constantFrom<unknown>(
  ...[
    '',
    'a',
    'allow',
    'out',
    'tcp',
    'ip-255',
    'ip-1000',
    '0',
    '80',
    '80-90',
    '1.2.3.4',
    'user',
    'x'.repeat(5000),
  ],
  ...['2026-02-29T00:00:00Z', '2024-02-29T23:59:60Z', '2026-11-28T10:00:00+01:00', '2026-11-28T10:00:00'],
  ...[0, -0, 1, 65_535, 65_536, 1.5, -1_000_000, 2 ** 32, NaN, Infinity, true, false, null, undefined],
  ...[[], ['tcp', 'udp'], ['80'], [80, '90-91'], [null], {}, { id: 'a' }],
);
const entry = fc.oneof(
  fc.record(Object.fromEntries(RULE_KEYS.map((key) => [key, odd])), { requiredKeys: [] }),
  storableRules({ minLength: 1, maxLength: 1 }).chain(([rule]) =>
    fc
      .record({ key: fc.constantFrom(...RULE_KEYS, 'strange', '__proto__'), value: odd })
      .map(({ key, value }) => ({
        ...(rule && ruleToEntry(rule)),
        ...(value === 'a' ? {} : { [key]: value }),
      })),
  ),
  odd,
);

test('what looks well formed is taken by the schema as it is', () => {
  fc.assert(
    fc.property(entry, (value) => {
      if (!isWellFormed(value)) return;
      const parsed = ruleEntrySchema.safeParse(value);
      assert.deepEqual(parsed.data, value);
    }),
    { numRuns: 5000 },
  );
});

test('what is written to files looks well formed', () => {
  fc.assert(
    fc.property(storableRules({ maxLength: 5 }), (rules) => {
      for (const rule of rules) assert.equal(isWellFormed(ruleToEntry(rule)), true);
    }),
  );
});

test('an address of four decimals is read as the library reads it', () => {
  const decimal = fc.oneof(fc.nat(300).map(String), fc.constantFrom('', '00', '01', '0x1', '1 ', '٣'));
  fc.assert(
    fc.property(fc.array(decimal, { minLength: 3, maxLength: 5 }), (parts) => {
      const text = parts.join('.');
      const isCanonical =
        parts.length === 4 && parts.every((part) => String(Number(part)) === part && Number(part) < 256);
      const read = readAddressMatcher(text);
      if (isCanonical) assert.deepEqual(read, { kind: 'value', value: { kind: 'address', address: text } });
      else assert.ok(read.kind === 'refused' || read.value.kind === 'address', text);
    }),
  );
});
