// Rulesets of any size as somebody might have them: a few rules for each of many Apps. The same with each run.
import type { Address } from '../../apps/agent/src/domain/address.ts';
import type { AppId } from '../../apps/agent/src/domain/app.ts';
import type { AddressMatcher, Rule, RuleId, RuleMatcher } from '../../apps/agent/src/domain/rule.ts';
import { subjectOf } from '../../apps/agent/src/policy/reference-evaluator.ts';

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
  const network = ((10 << 24) | random(1 << 24)) & (-1 << (32 - prefixLength));
  const bytes = [24, 16, 8, 0].map((shift) => (network >>> shift) & 255);
  return { kind: 'cidr', address: bytes.join('.') as Address, prefixLength };
}

function randomPorts(): { from: number; to: number } {
  const from = 1 + random(60_000);
  return { from, to: random(3) === 0 ? from + random(2000) : from };
}

export function randomRules(count: number): Rule[] {
  const appCount = appsOf(count);
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

/** A flow of one of the Apps of so many rules, or of none that is known. */
export function randomSubject(ruleCount: number): ReturnType<typeof subjectOf> {
  const app = random(20) === 0 ? undefined : (`/usr/bin/app-${random(appsOf(ruleCount))}` as AppId);
  return subjectOf({
    app,
    container: 'none',
    direction: 'out',
    uid: 1000,
    protocol: 'tcp',
    address: randomAddress(),
    port: 1 + random(60_000),
    processInstance: { pid: 1, startNs: 1n },
    lineage: [{ pid: 1, startNs: 1n }],
  });
}

function appsOf(ruleCount: number): number {
  return Math.max(10, ruleCount / 200);
}
