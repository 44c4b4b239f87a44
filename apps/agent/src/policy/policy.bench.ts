// Measures compilation and evaluation with many rules: node --expose-gc apps/agent/src/policy/policy.bench.ts
import type { Address, NetworkName } from '../domain/address.ts';
import type { AppId } from '../domain/app.ts';
import type { AddressMatcher, Rule, RuleId, RuleMatcher } from '../domain/rule.ts';
import { evaluate } from './evaluate.ts';
import type { Cidr } from './prefix.ts';
import { subjectOf } from './reference-evaluator.ts';
import { compileRuleset } from './ruleset.ts';

const EVALUATIONS = 50_000;

/** Numbers below `bound` from a fixed seed, so that runs can be compared (Numerical Recipes' generator). */
function randomNumbers(): (bound: number) => number {
  let state = 12_345;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

const random = randomNumbers();

function randomAddress(): Address {
  if (random(4) === 0)
    return `2001:db8:${(random(65_535) + 1).toString(16)}::${(random(65_535) + 1).toString(16)}` as Address;
  return `${10 + random(20)}.${random(256)}.${random(256)}.${random(256)}` as Address;
}

function randomMatcher(appCount: number): RuleMatcher {
  const shape = random(10);
  return {
    app: shape < 8 ? (`/usr/bin/app-${random(appCount)}` as AppId) : undefined,
    uid: random(10) === 0 ? 1000 + random(3) : undefined,
    direction: 'out',
    protocols: [random(3) === 0 ? 'udp' : 'tcp'],
    addresses: shape === 0 ? undefined : [randomAddressMatcher()],
    ports: random(4) === 0 ? undefined : [randomPorts()],
  };
}

function randomAddressMatcher(): AddressMatcher {
  if (random(3) > 0) return { kind: 'address', address: randomAddress() };
  const prefixLength = 9 + random(16);
  return { kind: 'cidr', address: `10.${random(256)}.${random(256)}.0` as Address, prefixLength };
}

function randomPorts(): { from: number; to: number } {
  const from = 1 + random(60_000);
  return { from, to: random(3) === 0 ? from + random(2000) : from };
}

function randomRules(count: number): Rule[] {
  const appCount = Math.max(10, count / 200);
  return Array.from({ length: count }, (_, index) => ({
    id: `rule-${index}` as RuleId,
    enabled: true,
    action: random(4) === 0 ? 'deny' : 'allow',
    priority: random(20) === 0 ? 1 : 0,
    matcher: randomMatcher(appCount),
    lifetime: { kind: 'always' },
    origin: 'user',
    createdAtMs: 0,
    note: undefined,
  }));
}

function randomSubject(ruleCount: number): ReturnType<typeof subjectOf> {
  const app =
    random(20) === 0 ? undefined : (`/usr/bin/app-${random(Math.max(10, ruleCount / 200))}` as AppId);
  return subjectOf({
    app,
    direction: 'out',
    uid: 1000,
    protocol: 'tcp',
    address: randomAddress(),
    port: 1 + random(60_000),
    processInstance: { pid: 1, startNs: 1n },
  });
}

function percentile(sorted: Float64Array, share: number): string {
  return `${((sorted[Math.floor(sorted.length * share)] ?? 0) * 1000).toFixed(1)} us`;
}

function measure(count: number): void {
  const rules = randomRules(count);
  globalThis.gc?.();
  const heapBefore = process.memoryUsage().heapUsed;
  const startMs = performance.now();
  const ruleset = compileRuleset(rules, { generation: 1, networks: new Map<NetworkName, readonly Cidr[]>() });
  const compileMs = performance.now() - startMs;
  globalThis.gc?.();
  const heapMb = (process.memoryUsage().heapUsed - heapBefore) / 2 ** 20;
  const timesMs = new Float64Array(EVALUATIONS);
  for (let index = 0; index < EVALUATIONS; index += 1) {
    const subject = randomSubject(count);
    const beforeMs = performance.now();
    evaluate(ruleset, subject, 0);
    timesMs[index] = performance.now() - beforeMs;
  }
  timesMs.sort();
  console.log(
    `${count} rules: compile ${compileMs.toFixed(0)} ms, about ${heapMb.toFixed(0)} MB, ` +
      `evaluate p50 ${percentile(timesMs, 0.5)}, p99 ${percentile(timesMs, 0.99)}, p99.9 ${percentile(timesMs, 0.999)}`,
  );
}

for (const count of [100, 10_000, 100_000]) measure(count);
