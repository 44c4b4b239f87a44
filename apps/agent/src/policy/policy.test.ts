// The policy by example: what a person would expect of each rule.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Address, NetworkName } from '../domain/address.ts';
import type { AppId } from '../domain/app.ts';
import type { Rule, RuleMatcher } from '../domain/rule.ts';
import { reasonText } from '../domain/verdict.ts';
import { evaluate } from './evaluate.ts';
import type { Evaluation } from './evaluate.ts';
import { ruleOf } from '../domain/rule.fixture.ts';
import { explain } from './explain.ts';
import type { Cidr } from './prefix.ts';
import { subjectOf } from './reference-evaluator.ts';
import type { FlowFacts } from './reference-evaluator.ts';
import { compileRuleset, rulesOf } from './ruleset.ts';

const CURL = '/usr/bin/curl' as AppId;
const FIREFOX = '/usr/bin/firefox' as AppId;
const PROCESS_7 = { kind: 'process', process: { pid: 7, startNs: 70n }, withChildren: false } as const;
const FLOW: FlowFacts = {
  app: CURL,
  container: 'none',
  direction: 'out',
  uid: 1000,
  protocol: 'tcp',
  address: '1.2.3.4' as Address,
  port: 443,
  processInstance: { pid: 7, startNs: 70n },
  lineage: [
    { pid: 7, startNs: 70n },
    { pid: 1, startNs: 0n },
  ],
};
const ENDPOINT: Partial<RuleMatcher> = {
  protocols: ['tcp'],
  addresses: [{ kind: 'address', address: '1.2.3.4' as Address }],
  ports: [{ from: 443, to: 443 }],
};

const NO_NETWORKS = { generation: 1, networks: new Map<NetworkName, readonly Cidr[]>() };

function judge(rules: readonly Rule[], flow: Partial<FlowFacts> = {}, nowMs = 0): Evaluation {
  return evaluate(compileRuleset(rules, NO_NETWORKS), subjectOf({ ...FLOW, ...flow }), nowMs);
}

function deciding(evaluation: Evaluation): string {
  return evaluation.outcome.kind === 'verdict' ? evaluation.outcome.rule.id : 'ask';
}

/** Rules of other apps, enough to make the index split. */
function crowd(matcher: Partial<RuleMatcher>): readonly Rule[] {
  return Array.from({ length: 40 }, (_, index) =>
    ruleOf(`crowd-${index}`, { app: `/opt/app-${index}` as AppId, ...matcher }),
  );
}

describe('a deny whose condition on the program cannot be evaluated', () => {
  const noCurl = ruleOf('no-curl', { app: CURL }, { action: 'deny' });
  const reasonOf = (rules: readonly Rule[], flow: Partial<FlowFacts>): string => {
    const { outcome } = judge(rules, flow);
    return outcome.kind === 'verdict' ? reasonText(outcome.verdict.reason) : 'ask';
  };

  test('applies, and its verdict says that the program is not known', () => {
    assert.equal(reasonOf([noCurl], { app: undefined }), 'rule no-curl (program not known)');
    assert.equal(
      reasonOf([noCurl, ...crowd(ENDPOINT)], { app: undefined }),
      'rule no-curl (program not known)',
    );
    const ofUser = ruleOf('no-guest', { uid: 7 }, { action: 'deny' });
    assert.equal(reasonOf([ofUser], { uid: undefined }), 'rule no-guest (program not known)');
    const ofProcess = ruleOf('no-7', {}, { action: 'deny', lifetime: PROCESS_7 });
    assert.equal(reasonOf([ofProcess], { processInstance: undefined }), 'rule no-7 (program not known)');
  });

  test('does not say so where the program is known, or where no condition asks for it', () => {
    assert.equal(reasonOf([noCurl], {}), 'rule no-curl');
    assert.equal(reasonOf([ruleOf('nobody', {}, { action: 'deny' })], { app: undefined }), 'rule nobody');
    const matcher = { app: 'inode:8:1:1234' as AppId };
    const proven = ruleOf('no-7', matcher, { action: 'deny', lifetime: PROCESS_7 });
    const processInstance = { pid: 7, startNs: 70n, unprovenApp: matcher.app };
    assert.equal(reasonOf([proven], { app: undefined, processInstance }), 'rule no-7');
  });
});

describe('a rule for one process whose program has no proven path', () => {
  const UNPROVEN = 'inode:8:1:1234' as AppId;
  const ended = { pid: 7, startNs: 70n, unprovenApp: UNPROVEN };
  const unproven = { app: undefined, processInstance: ended };
  const allow = ruleOf('unproven', { app: UNPROVEN }, { lifetime: PROCESS_7 });

  test('holds for that process, also among many rules', () => {
    assert.equal(deciding(judge([allow], unproven)), 'unproven');
    assert.equal(deciding(judge([allow, ...crowd(ENDPOINT)], unproven)), 'unproven');
  });

  test('does not hold for another process, for another program in it, or for what is not known at all', () => {
    for (const processInstance of [
      { ...ended, startNs: 71n },
      { ...ended, unprovenApp: 'inode:8:1:99' as AppId },
      { pid: 7, startNs: 70n },
      undefined,
    ])
      assert.equal(deciding(judge([allow], { app: undefined, processInstance })), 'ask');
    assert.equal(deciding(judge([allow], { app: FIREFOX, processInstance: { ...ended } })), 'ask');
  });

  test('does not make a lasting allow hold, and a deny of another program still does', () => {
    assert.equal(deciding(judge([ruleOf('lasting', { app: UNPROVEN })], unproven)), 'ask');
    const deny = ruleOf('no-curl', { app: CURL }, { action: 'deny', priority: 1 });
    assert.equal(deciding(judge([allow, deny], unproven)), 'no-curl');
  });
});

describe('consulted fields', () => {
  test('an app that may do anything is decided by the app alone, among rules of other apps that look elsewhere', () => {
    const firefox = ruleOf('firefox', { app: FIREFOX });
    for (const others of [[ruleOf('curl', { app: CURL, ...ENDPOINT })], crowd(ENDPOINT)]) {
      const { consulted } = judge([firefox, ...others, ruleOf('bad', ENDPOINT, { action: 'deny' })], {
        app: FIREFOX,
      });
      assert.deepEqual([...consulted], ['app']);
    }
  });

  test('a rule of higher priority that looks at the address makes the address count', () => {
    const block = ruleOf('block', ENDPOINT, { action: 'deny', priority: 1 });
    const { consulted } = judge([ruleOf('firefox', { app: FIREFOX }), block], {
      app: FIREFOX,
      protocol: 'udp',
    });
    assert.deepEqual([...consulted].toSorted(), ['app', 'protocol']);
  });

  test('without rules nothing is consulted', () => {
    assert.deepEqual(judge([]), { outcome: { kind: 'ask' }, consulted: new Set(), validUntilMs: undefined });
  });

  test('an expired rule is not looked at', () => {
    const expired = ruleOf('old', { app: CURL, ...ENDPOINT }, { lifetime: { kind: 'until', untilMs: 10 } });
    assert.equal(judge([expired], {}, 10).consulted.size, 0);
  });
});

describe('matching', () => {
  test('one app’s rule never decides for another', () => {
    assert.equal(deciding(judge([ruleOf('curl', { app: CURL })], { app: FIREFOX })), 'ask');
  });

  test('an unknown app matches a deny for an app and no allow, in a list and in the index', () => {
    for (const others of [[], crowd({})]) {
      const allow = ruleOf('allow', { app: CURL });
      const deny = ruleOf('deny', { app: FIREFOX, ...ENDPOINT }, { action: 'deny' });
      assert.equal(deciding(judge([allow, deny, ...others], { app: undefined })), 'deny');
      assert.equal(deciding(judge([allow, ...others], { app: undefined })), 'ask');
    }
  });

  test('a rule until a time ends at that time, and the evaluation says when', () => {
    const rules = [ruleOf('hour', { app: CURL }, { lifetime: { kind: 'until', untilMs: 100 } })];
    assert.equal(judge(rules, {}, 99).validUntilMs, 100);
    assert.equal(deciding(judge(rules, {}, 99)), 'hour');
    assert.equal(deciding(judge(rules, {}, 100)), 'ask');
  });

  test('a rule for a process does not outlive it, even when its pid is used again', () => {
    const rules = [
      ruleOf(
        'once',
        { app: CURL },
        { lifetime: { kind: 'process', process: { pid: 7, startNs: 70n }, withChildren: false } },
      ),
    ];
    assert.deepEqual([...judge(rules).consulted].toSorted(), ['app', 'processInstance']);
    assert.equal(deciding(judge(rules)), 'once');
    assert.equal(deciding(judge(rules, { processInstance: { pid: 7, startNs: 71n } })), 'ask');
  });

  describe('a rule for a process and what it starts', () => {
    const lifetime = { kind: 'process', process: { pid: 7, startNs: 70n }, withChildren: true } as const;
    const child = { processInstance: { pid: 8, startNs: 80n }, app: FIREFOX };
    const ofTree = (action: Rule['action']): Rule[] => [ruleOf('tree', {}, { action, lifetime })];

    test('holds for the process and for its children, whichever App they are', () => {
      assert.deepEqual([...judge(ofTree('allow')).consulted], ['lineage']);
      assert.equal(deciding(judge(ofTree('allow'))), 'tree');
      const lineage = [child.processInstance, ...(FLOW.lineage ?? [])];
      assert.equal(deciding(judge(ofTree('allow'), { ...child, lineage })), 'tree');
    });

    test('holds for no other process, also where the pid is used again', () => {
      for (const startNs of [0n, 70n + 10_000_000n]) {
        const lineage = [child.processInstance, { pid: 7, startNs }, { pid: 1, startNs: 0n }];
        assert.equal(
          deciding(judge(ofTree('allow'), { ...child, lineage })),
          startNs === 0n ? 'tree' : 'ask',
        );
      }
      assert.equal(deciding(judge(ofTree('allow'), { ...child, lineage: [child.processInstance] })), 'ask');
    });

    test('where it is not known who started whom: no allow, and a deny that says so', () => {
      assert.equal(deciding(judge(ofTree('allow'), { lineage: undefined })), 'ask');
      const { outcome } = judge(ofTree('deny'), { lineage: undefined });
      assert.ok(outcome.kind === 'verdict' && outcome.verdict.reason.kind === 'rule');
      assert.equal(outcome.verdict.reason.isProgramUnknown, true);
    });
  });

  test('a disabled rule is left out', () => {
    assert.equal(deciding(judge([ruleOf('off', { app: CURL }, { enabled: false })])), 'ask');
  });

  test('named networks hold their addresses', () => {
    const members: Readonly<Record<string, NetworkName | 'ask'>> = {
      '127.8.8.8': 'loopback',
      '::1': 'loopback',
      'fe80::2': 'link-local',
      '172.31.255.255': 'private',
      '172.32.0.0': 'ask',
      '100.127.0.1': 'private',
      'fdff::1': 'private',
      'ff02::fb': 'multicast',
      '255.255.255.255': 'broadcast',
      '9.9.9.9': 'resolvers',
    };
    const names: readonly NetworkName[] = [
      'loopback',
      'link-local',
      'private',
      'multicast',
      'broadcast',
      'resolvers',
    ];
    const rules = names.map((network) => ruleOf(network, { addresses: [{ kind: 'network', network }] }));
    const resolvers: readonly Cidr[] = [{ address: '9.9.9.9' as Address, prefixLength: 32 }];
    const ruleset = compileRuleset(rules, { generation: 1, networks: new Map([['resolvers', resolvers]]) });
    for (const [address, name] of Object.entries(members)) {
      const subject = subjectOf({ ...FLOW, address: address as Address });
      assert.equal(deciding(evaluate(ruleset, subject, 0)), name, address);
    }
  });

  test('a block list of 50 000 addresses in one rule is found by lookup', () => {
    const addresses = Array.from({ length: 50_000 }, (_, index) => {
      const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}` as Address;
      return { kind: 'address', address } as const;
    });
    const ruleset = compileRuleset([ruleOf('block', { addresses }, { action: 'deny' })], NO_NETWORKS);
    const inside = subjectOf({ ...FLOW, address: '10.0.100.7' as Address });
    assert.equal(deciding(evaluate(ruleset, inside, 0)), 'block');
    assert.equal(deciding(evaluate(ruleset, subjectOf(FLOW), 0)), 'ask');
  });
});

describe('order', () => {
  test('is priority, then app, user, address, port, then deny before allow, then id', () => {
    const network: Partial<RuleMatcher> = { addresses: [{ kind: 'network', network: 'private' }] };
    const prefix = (prefixLength: number): Partial<RuleMatcher> => ({
      addresses: [{ kind: 'cidr', address: '0.0.0.0' as Address, prefixLength }],
    });
    const rules = [
      ruleOf('priority', {}, { priority: 1 }),
      ruleOf('app-user', { app: CURL, uid: 1 }),
      ruleOf('app-endpoint', { app: CURL, ...ENDPOINT }),
      ruleOf('app-b', { app: CURL }, { action: 'deny' }),
      ruleOf('app-a', { app: CURL }),
      ruleOf('user', { uid: 1 }),
      ruleOf('address-port', ENDPOINT),
      ruleOf('address', { addresses: ENDPOINT.addresses }),
      ruleOf('long', prefix(8)),
      ruleOf('short', prefix(0)),
      ruleOf('network', network),
      ruleOf('port', { ports: [{ from: 443, to: 443 }] }),
      ruleOf('range', { ports: [{ from: 443, to: 444 }] }),
      ruleOf('z-deny', {}, { action: 'deny' }),
      ruleOf('a-allow', {}),
      ruleOf('b-allow', {}),
    ];
    const compiled = compileRuleset(rules.toReversed(), NO_NETWORKS);
    assert.deepEqual(
      rulesOf(compiled).map(({ id }) => id),
      rules.map(({ id }) => id),
    );
  });

  test('explain says which rules were beaten and by what', () => {
    const rules = [
      ruleOf('a', { app: CURL }, { action: 'deny', priority: 1 }),
      ruleOf('b', { app: CURL }, { priority: 0 }),
      ruleOf('c', { app: FIREFOX }),
    ];
    const { decidingRule, beaten } = explain(compileRuleset(rules, NO_NETWORKS), subjectOf(FLOW), 0);
    assert.equal(decidingRule?.id, 'a');
    assert.deepEqual(
      beaten.map(({ rule: { id }, beatenBy }) => [id, beatenBy]),
      [['b', 'priority']],
    );
  });
});

describe('compileRuleset', () => {
  const compile = (...rules: readonly Rule[]) => compileRuleset(rules, NO_NETWORKS);

  test('refuses an empty list, which would match nothing or everything', () => {
    assert.throws(() => compile(ruleOf('a', { ports: [] })), /empty list/);
  });

  test('refuses two rules with one id, a priority that is no number and a reversed range', () => {
    assert.throws(() => compile(ruleOf('a', {}), ruleOf('a', {})), /two rules have the id a/);
    assert.throws(() => compile(ruleOf('a', {}, { priority: NaN })), /priority/);
    assert.throws(() => compile(ruleOf('a', { ports: [{ from: 2, to: 1 }] })), /reversed/);
  });

  test('refuses addresses that are not canonical text', () => {
    for (const text of ['1.2.3', '1.2.3.256', '1.2.3.4.5', '::1::', '1:2', 'FE80::1', '1.2.3.']) {
      const addresses = [{ kind: 'address', address: text as Address } as const];
      assert.throws(() => compile(ruleOf('a', { addresses })), /canonical/, text);
    }
  });
});
