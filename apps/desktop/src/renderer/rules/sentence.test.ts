// Rules as sentences, in both languages, and the table of conditions against the agent's schema.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { createIntl, createIntlCache } from 'react-intl';
import type { IntlShape } from 'react-intl';
import type { Rule, RuleMatcher } from '../../shared/model.ts';
import { ruleOf } from '../../test-support/samples.ts';
import { mainCatalogs } from '../messages/main-catalogs.ts';
import { ALL_CONDITIONS } from './conditions.ts';
import { fieldOfRefusal } from './refusal-field.ts';
import { furtherText, sentenceValues } from './sentence-values.ts';

const cache = createIntlCache();

function intlOf(locale: 'en' | 'zh-Hans'): IntlShape {
  return createIntl({ locale, messages: mainCatalogs[locale], timeZone: 'UTC' }, cache);
}

type Part = (chunks: readonly string[]) => string;
const bold: Part = (chunks) => `*${chunks.join('')}*`;
const TAGS = { who: bold, whose: bold, may: bold, where: bold, port: bold, over: bold, until: bold };

function said(
  matcher: Partial<RuleMatcher>,
  changes: Partial<Rule> = {},
  locale: 'en' | 'zh-Hans' = 'en',
): string {
  const rule = ruleOf('x', { matcher: { protocols: [], addresses: [], ports: [], ...matcher }, ...changes });
  const intl = intlOf(locale);
  return intl.formatMessage({ id: 'rules.sentence' }, { ...sentenceValues(intl, rule, 1000), ...TAGS });
}

const CURL = { app: '/usr/bin/curl', direction: 'out' } as const;

describe('a rule in English', () => {
  const cases: readonly (readonly [string, string])[] = [
    [
      said({ ...CURL, addresses: ['1.2.3.4'], ports: [{ from: 443, to: 443 }], protocols: ['tcp'] }),
      '*curl* *may* connect to *1.2.3.4* on port *443* over *TCP*, *always*.',
    ],
    [
      said(
        {
          direction: 'in',
          ports: [
            { from: 1, to: 9 },
            { from: 22, to: 22 },
          ],
        },
        { action: 'deny' },
      ),
      '*Any App* *may not* be reached from *any address* on ports *1-9 or 22*, *always*.',
    ],
    [
      said({ app: 'container:docker/web', direction: 'out' }, { action: 'deny' }),
      '*Any App in container docker/web* *may not* connect to *any address*, *always*.',
    ],
    [said({ ...CURL, uid: 1000 }), '*curl* run by *you* *may* connect to *any address*, *always*.'],
    [said({ ...CURL, uid: 0 }), '*curl* run by *user 0* *may* connect to *any address*, *always*.'],
    [
      said({ ...CURL, protocols: ['packet'] }),
      '*curl* *may* send *raw packets*, past the firewall’s rules, *always*.',
    ],
    [said({ protocols: ['icmp', 'icmpv6'] }), '*Any App* *may* exchange ICMP with *any address*, *always*.'],
    [
      said({ addresses: ['loopback', '::1', '10.0.0.0/8', '1.2.3.4', '1.2.3.5'] }),
      '*Any App* *may* connect to or be reached from *this computer itself, ::1, 10.0.0.0/8 or 2 more*, *always*.',
    ],
    [
      said(CURL, { lifetime: { kind: 'until', untilMs: 0 } }),
      '*curl* *may* connect to *any address*, until *Jan 1, 1970, 12:00 AM*.',
    ],
    [
      said(CURL, { lifetime: { kind: 'process', pid: 4711, startNs: '1', withChildren: false } }),
      '*curl* *may* connect to *any address*, until *process 4711* ends.',
    ],
    [
      said({}, { lifetime: { kind: 'process', pid: 4711, startNs: '1', withChildren: true } }),
      '*Any App* *may* connect to or be reached from *any address*, for *process 4711* and what it starts, until that ends.',
    ],
    [
      said(CURL, { lifetime: { kind: 'restart' } }),
      '*curl* *may* connect to *any address*, until *the firewall restarts*.',
    ],
    [
      said({ app: 'memfd:x\u202e' }),
      '*memfd:x\\u{202e}* *may* connect to or be reached from *any address*, *always*.',
    ],
  ];
  for (const [text, expected] of cases)
    test(expected, () => assert.equal(text.replaceAll('\u202f', ' '), expected));
});

test('a rule in Chinese has its parts where Chinese has them', () => {
  const matcher = { ...CURL, addresses: ['1.2.3.4'], ports: [{ from: 443, to: 443 }], protocols: ['tcp'] };
  assert.equal(
    said(matcher, {}, 'zh-Hans'),
    '*允许* *curl* 连接 *1.2.3.4*，端口 *443*，协议 *TCP*，*始终*有效。',
  );
  assert.equal(
    said({ app: '/usr/sbin/sshd', direction: 'in' }, { action: 'deny' }, 'zh-Hans'),
    '*禁止* *sshd* 接受来自 *任何地址* 的连接，*始终*有效。',
  );
});

test('a condition without a place in the sentence is told behind it, by its label', () => {
  const matcher: RuleMatcher = { protocols: [], addresses: [], ports: [], app: '/usr/bin/curl' };
  const label = 'rules.field.note';
  const unit = { part: undefined, label, write: () => 'sshd.service' } as const;
  const absent = { part: undefined, label, write: () => '' } as const;
  assert.equal(furtherText(intlOf('en'), matcher, [unit, absent]), 'Only where Note is sshd.service.');
  assert.equal(furtherText(intlOf('en'), matcher), undefined);
});

test('the table has every condition of the agent’s schema, and no other', () => {
  const file = new URL('../../../../agent/src/rules/rule.schema.json', import.meta.url);
  const schema = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly anyOf: readonly [{ readonly properties: Readonly<Record<string, unknown>> }];
  };
  const others = ['id', 'action', 'priority', 'until', 'enabled', 'origin', 'created', 'note'];
  const conditions = Object.keys(schema.anyOf[0].properties).filter((key) => !others.includes(key));
  assert.deepEqual(ALL_CONDITIONS.map(({ word }) => word).sort(), conditions.sort());
});

test('a refusal of the agent leads to the field that it names', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['The field `rule.matcher.addresses[0].text` is "x". Expected: an address.', 'addresses'],
    ['The field `rule.matcher.uid` is -1.', 'uid'],
    ['putRule: `matcher.ports.0.to`: Too big', 'ports'],
    ['The field `rule.note` is 5000 characters long.', 'note'],
    ['The field `rule.lifetime.until_ms` is NaN.', 'until'],
    ['Rule x: app is not an absolute path: write the whole path.', 'app'],
    ['Could not write x.yaml: the disk is full.', undefined],
  ];
  for (const [text, field] of cases) assert.equal(fieldOfRefusal(text), field, text);
});
