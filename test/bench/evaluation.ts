// How long a decision takes with many rules. Run by itself, as a process of its own for each size: it prints one JSON document.
import type { NetworkName } from '../../apps/agent/src/domain/address.ts';
import { evaluate } from '../../apps/agent/src/policy/evaluate.ts';
import type { Cidr } from '../../apps/agent/src/policy/prefix.ts';
import { compileRuleset } from '../../apps/agent/src/policy/ruleset.ts';
import { randomRules, randomSubject } from './many-rules.ts';
import { percentile, rounded } from './statistics.ts';

export interface EvaluationFigures {
  readonly compileMs: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

const EVALUATIONS = 50_000;

if (import.meta.main) console.log(JSON.stringify(measure(Number(process.argv[2]))));

function measure(count: number): EvaluationFigures {
  const rules = randomRules(count);
  const startMs = performance.now();
  const ruleset = compileRuleset(rules, { generation: 1, networks: new Map<NetworkName, readonly Cidr[]>() });
  const compileMs = performance.now() - startMs;
  const subjects = Array.from({ length: EVALUATIONS }, () => randomSubject(count));
  const timesMs = subjects.map((subject) => {
    const beforeMs = performance.now();
    evaluate(ruleset, subject, 0);
    return performance.now() - beforeMs;
  });
  timesMs.sort((a, b) => a - b);
  const us = (share: number): number => rounded(percentile(timesMs, share) * 1000);
  return { compileMs: Math.round(compileMs), p50Us: us(0.5), p99Us: us(0.99) };
}
