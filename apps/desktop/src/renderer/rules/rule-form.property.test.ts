// The form against the agent: whatever it lets through is taken, stored and read back the same; whatever it refuses the agent's API
// refuses as well.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import type { RuleDraft } from '../../shared/desktop-api.ts';
import { startRealRules } from '../../test-support/real-rules.ts';
import type { RealRules } from '../../test-support/real-rules.ts';
import { draftOf } from './edit-history.ts';
import { formOf, newForm, readForm } from './rule-form.ts';
import type { FormField, RuleForm } from './rule-form.ts';

let rules: RealRules;

before(async () => {
  rules = await startRealRules();
});

after(() => rules[Symbol.asyncDispose]());

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('', ' ', '\u{fffd}', '\ud800', '\0', '\u{feff}', '\u2028', "'", '"', '# x', ': ', '- a'),
);

function among(texts: readonly string[], other: fc.Arbitrary<string> = anyText): fc.Arbitrary<string> {
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...texts) }, { weight: 1, arbitrary: other });
}

function list(texts: readonly string[]): fc.Arbitrary<string> {
  return fc.array(among(texts), { maxLength: 4 }).map((entries) => entries.join(', '));
}

const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(140)).map(([ip, length]) => `${ip}/${length}`),
);

const conditions: fc.Arbitrary<RuleForm['conditions']> = fc.record({
  app: among([
    '',
    '/usr/bin/curl',
    '/',
    '//usr/bin/curl',
    '/usr/../bin/curl',
    '/usr/bin/',
    '/a b/c',
    'curl',
    'unknown',
    'memfd:x',
    'memfd:',
    'deleted:/tmp/x',
    'deleted:x',
    'container:docker/web:/usr/bin/curl',
    'container:podman@1000/web:/usr/bin/curl',
    'container:containerd/default/web-0/nginx:/usr/bin/../curl',
    'container:docker/id=0a1b:/usr/bin/curl',
    'container:docker/a/b/c/d:/x',
    'container:docker/web',
    'container:podman@1000/web',
    'container:docker/id=0a1b',
    'container:docker/web:',
    'container:docker',
    'container:docker/:/x',
    'container:docker/w b:/x',
    'container:docker/web:/',
    'container:other/web:/x',
    'container:lxc@01/web:/x',
    'mnt-12:/usr/bin/curl',
    'mnt-:/x',
    'inode:8:1:5',
    'inode:8:1',
    `/${'x'.repeat(4096)}`,
    `/${'x'.repeat(4095)}`,
  ]),
  uid: among(['', '0', '1000', '4294967294', '4294967295', '-1', '1.5', 'alice', '007']),
  direction: fc.constantFrom('', 'out', 'in'),
  addresses: fc.oneof(
    list(['loopback', 'private', 'resolvers', '10.0.0.0/8', '10.0.0.1/8', '0.0.0.0/0', '::/0', '1.2.3.4']),
    list(['::ffff:1.2.3.4', '::ffff:1.2.3.0/24', '::ffff:1.2.3.0/120', 'fe80::1%eth0', '1.2.3', '01.2.3.4']),
    list(['2001:DB8::1', '2001:db8::/33', '10.0.0.0/08', '1.2.3.4/', '1.2.3.4/33', '1.2.3.4/32/1', 'x']),
    address,
  ),
  protocols: list([
    'tcp',
    'UDP',
    'icmp',
    'icmpv6',
    'sctp',
    'udplite',
    'packet',
    'ip-6',
    'ip-47',
    'ip-047',
    'ip-256',
    'x',
  ]),
  ports: list([
    '443',
    '8000-8100',
    '8000 - 8100',
    '0',
    '1-0',
    '65535',
    '65536',
    '1-70000',
    '99-9',
    '-1',
    'a',
  ]),
});

const forms: fc.Arbitrary<RuleForm> = fc.record({
  edited: fc.constant(undefined),
  id: among(['', 'curl-443', 'a', 'x'.repeat(128), 'x'.repeat(129), 'Upper', '-a', 'a/b', '..']),
  action: fc.constantFrom('allow', 'deny'),
  enabled: fc.boolean(),
  conditions,
  lifetime: fc.constantFrom('always', 'until', 'restart'),
  until: among(['', '2027-01-02T03:04', '2027-01-02T03:04:05.678', '1960-01-01T00:00', '9999-12-30T00:00']),
  priority: among(['', '0', '-1', '+5', '1000000', '1000001', '-1000001', '1e3', '0.5', '-0']),
  note: among([
    '',
    'why',
    'two\nlines',
    'tab\there',
    'cr\rhere',
    'x'.repeat(4096),
    'x'.repeat(4097),
    ' pad ',
  ]),
});

/** Text in another notation is no number. */
function plainNumber(text: string): number {
  return /^[+-]?\d+$/.test(text.trim()) ? Number(text) : NaN;
}

/** The field alone in a draft that is fine otherwise, as a form without a reader would send it. */
function unread(form: RuleForm, field: FormField): unknown {
  const { action, lifetime: kind } = form;
  const lifetime = kind === 'until' ? { kind, untilMs: 4e12 } : { kind };
  const nothing = { protocols: [], addresses: [], ports: [] };
  const draft = { enabled: true, action, priority: 0, matcher: nothing, lifetime, note: '' };
  const entries = (text: string): readonly string[] =>
    text.split(/[\s,;，；、]+/).filter((one) => one !== '');
  const matcher = (part: object): unknown => ({ ...draft, matcher: { ...nothing, ...part } });
  const { app, uid, addresses, protocols, ports } = form.conditions;
  switch (field) {
    case 'app':
      return matcher({ app });
    case 'uid':
      return matcher({ uid: plainNumber(uid) });
    case 'direction':
      throw new Error('a choice has no problem');
    case 'addresses':
      return matcher({ addresses: entries(addresses) });
    case 'protocols': {
      const named = entries(protocols.toLowerCase());
      // With packet sockets it is the addresses that do not fit.
      return matcher({ protocols: named, addresses: named.includes('packet') ? entries(addresses) : [] });
    }
    case 'ports': {
      const ranges = entries(ports.replaceAll(/\s*[-–—]\s*/g, '-')).map((range) => {
        const [from, to = from] = range.split('-').map(plainNumber);
        return { from, to };
      });
      return matcher({ ports: ranges, protocols: entries(protocols.toLowerCase()) });
    }
    case 'until':
      return { ...draft, lifetime: { kind: 'until', untilMs: new Date(form.until).getTime() } };
    case 'priority':
      return { ...draft, priority: plainNumber(form.priority) };
    case 'note':
      return { ...draft, note: form.note };
    case 'id':
      return { ...draft, id: form.id };
  }
}

async function put(draft: RuleDraft): Promise<void> {
  const { host } = rules.hosting;
  const outcome = await host.putRule(draft);
  assert.ok(outcome.ok, JSON.stringify([draft, outcome]));
  const rule = outcome.value;
  const again = readForm(formOf(rule));
  assert.ok(again.kind === 'draft');
  assert.deepEqual(again.draft, draftOf(rule));
  assert.deepEqual(draftOf(rule), { ...draft, id: rule.id });
  assert.ok((await host.deleteRule({ ruleId: rule.id })).ok);
}

describe('the form', () => {
  test('lets through what the agent takes, and refuses what it refuses', { timeout: 120_000 }, async () => {
    const count = { let: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(forms, async (form) => {
        const reading = readForm(form);
        if (reading.kind === 'draft') {
          count.let += 1;
          return put(reading.draft);
        }
        for (const field of Object.keys(reading.problems) as FormField[]) {
          count.refused += 1;
          const sent = unread(form, field);
          const outcome = await rules.hosting.host.call('putRule', sent);
          assert.ok(!outcome.ok, `${field} ${JSON.stringify(sent)}`);
        }
      }),
      { numRuns: 300 },
    );
    assert.ok(count.refused > 100, JSON.stringify(count));
  });

  test('lets through what the agent takes, with one field at a time', { timeout: 120_000 }, async () => {
    const fine = newForm();
    const one = forms.chain((form) =>
      fc.constantFrom(
        ...Object.keys(form.conditions).map((key) => ({
          ...fine,
          action: form.action,
          lifetime: form.lifetime === 'until' ? ('always' as const) : form.lifetime,
          conditions: { ...fine.conditions, [key]: form.conditions[key as keyof RuleForm['conditions']] },
        })),
        { ...fine, note: form.note },
        { ...fine, id: form.id },
        { ...fine, priority: form.priority },
        { ...fine, lifetime: 'until' as const, until: form.until },
      ),
    );
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(one, async (form) => {
        const reading = readForm(form);
        if (reading.kind === 'problems') return;
        taken += 1;
        await put(reading.draft);
      }),
      { numRuns: 300 },
    );
    assert.ok(taken > 70, `${taken} forms were taken`);
  });
});
