// Reading hostile text: nothing is thrown, nothing takes for ever, and both readers agree.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { parseRules } from './parse-rules.ts';
import type { RulesReading } from './parse-rules.ts';
import { readPlain } from './plain-yaml.ts';

const read = (text: string): RulesReading =>
  parseRules(text, 'test.yaml', { resolveUser: () => undefined, createdAtMs: 0 });

describe('for every text', () => {
  const pieces = fc.constantFrom(
    ...[
      '- ',
      '  ',
      'id: ',
      'port: ',
      'note: ',
      '\n',
      'a',
      '1',
      '010',
      '1e5',
      '0x1',
      '1.5',
      '~',
      'null',
      'true',
      'no',
      '.inf',
    ],
    ...[
      '"',
      "'",
      '\\',
      '\\n',
      '\\u0041',
      '#',
      ' #',
      ':',
      ': ',
      '[',
      ']',
      ', ',
      '{',
      '}',
      '&a',
      '*a',
      '!',
      '|',
      '>',
      '%',
      '@',
      '`',
    ],
    ...[
      '---',
      '...',
      '\t',
      '\r\n',
      '\u0085',
      '\u2028',
      '\ufeff',
      '<<: ',
      '? ',
      '1.2.3.4',
      '::1',
      'fe80::',
      '10-20',
      '-',
      '/x',
      '\0',
    ],
  );
  const hostile = fc.oneof(
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
    fc
      .array(fc.tuple(fc.constantFrom('- id: ', '  note: ', 'port: '), fc.array(pieces, { maxLength: 6 })), {
        maxLength: 5,
      })
      .map((lines) => lines.map(([key, parts]) => `${key}${parts.join('')}\n`).join('')),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('utf8')),
  );

  test('nothing is thrown', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const reading = read(text);
        assert.ok(reading.kind === 'rules' || reading.problems.length > 0);
      }),
      { numRuns: 3000 },
    );
  });

  /** Of single lines, most of which the fast reader takes: of hostile texts it takes one in a thousand. */
  const nearlyPlain = fc
    .array(fc.tuple(fc.constantFrom('- id: ', '  note: ', '  port: ', '# '), pieces, pieces), {
      maxLength: 4,
    })
    .map((lines) => lines.map((parts) => `${parts.join('')}\n`).join(''));

  test('where the fast reader accepts a text, a YAML parser reads the same', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, nearlyPlain), (text) => {
        const plain = readPlain(text);
        if (plain.kind !== 'plain') return fc.pre(false);
        const values = plain.entries.map((entry) => entry.values);
        const expected = parse(text, { stringKeys: true }) as unknown;
        assert.deepEqual(Array.isArray(expected) ? expected : [expected], values);
      }),
      { numRuns: 200, maxSkipsPerRun: 1000 },
    );
  });

  test('a rule with one byte changed is read or refused, never thrown', () => {
    const valid = `# c\n- id: a\n  action: allow\n  app: /usr/bin/curl\n  address: [1.2.3.4, "::1"]\n  port: 80-90\n  note: 'x'\n`;
    fc.assert(
      fc.property(fc.nat(valid.length), fc.nat(valid.length), pieces, (from, length, piece) => {
        const text = valid.slice(0, from) + piece + valid.slice(from + (length % 4));
        assert.doesNotThrow(() => read(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('hostile shapes at the full size are refused in bounded time', () => {
    const size = 127 * 1024;
    const shapes = [
      '[',
      '{',
      '- ',
      '? ',
      '&a ',
      '!',
      '"',
      '- - ',
      '[]',
      '{a: ',
      'a: ',
      '*a, ',
      '#',
      '\t',
      '|\n',
      '%',
      '- *a\n',
      'a:\n ',
    ];
    for (const shape of shapes) {
      // Processor time: other work on the machine does not count.
      const before = process.cpuUsage();
      read(shape.repeat(size / shape.length));
      const { user, system } = process.cpuUsage(before);
      const tookMs = (user + system) / 1000;
      assert.ok(tookMs < 4000, `${JSON.stringify(shape)} took ${tookMs} ms`);
    }
  });
});
