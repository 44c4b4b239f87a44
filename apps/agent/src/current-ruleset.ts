// The Ruleset in force: compiled anew after every change of rules or of the machine's name servers.
import type { Address, NetworkName } from './domain/address.ts';
import { addressFamily } from './domain/address.ts';
import type { Rule } from './domain/rule.ts';
import type { Verdict } from './domain/verdict.ts';
import type { RuleDecision } from './pipeline-ports.ts';
import { evaluate } from './policy/evaluate.ts';
import type { FlowSubject } from './policy/flow-subject.ts';
import type { Cidr } from './policy/prefix.ts';
import { compileRuleset } from './policy/ruleset.ts';
import type { Ruleset } from './policy/ruleset.ts';

export interface RulesetSources {
  readonly rules: () => readonly Rule[];
  /** Addresses of this machine's name servers. */
  readonly resolvers: () => readonly string[];
  readonly nowMs: () => number;
}

export class CurrentRuleset {
  readonly #sources: RulesetSources;
  #ruleset: Ruleset;

  constructor(sources: RulesetSources) {
    this.#sources = sources;
    this.#ruleset = this.#compile(1);
  }

  get ruleset(): Ruleset {
    return this.#ruleset;
  }

  /** Takes effect at once for every later evaluation. */
  recompile(): void {
    this.#ruleset = this.#compile(this.#ruleset.generation + 1);
  }

  /** Undefined where no rule decides. */
  decisionOf(subject: FlowSubject): RuleDecision | undefined {
    const { outcome, consulted, validUntilMs } = evaluate(this.#ruleset, subject, this.#sources.nowMs());
    return outcome.kind === 'verdict' ? { verdict: outcome.verdict, consulted, validUntilMs } : undefined;
  }

  verdictOf(subject: FlowSubject): Verdict | undefined {
    return this.decisionOf(subject)?.verdict;
  }

  /** Whether some rule denies something. */
  get denies(): boolean {
    return this.#ruleset.denies > 0;
  }

  /** When the next allow ends by itself, milliseconds since 1970: what it let through may be denied from then on. */
  nextEndMs(): number | undefined {
    const nowMs = this.#sources.nowMs();
    let next = Infinity;
    for (const { action, lifetime } of this.#ruleset.ending) {
      if (action !== 'allow' || lifetime.kind !== 'until') continue;
      if (lifetime.untilMs > nowMs && lifetime.untilMs < next) next = lifetime.untilMs;
    }
    return next === Infinity ? undefined : next;
  }

  #compile(generation: number): Ruleset {
    const resolvers = this.#sources.resolvers().map((text) => wholeAddress(text as Address));
    const networks = new Map<NetworkName, readonly Cidr[]>([['resolvers', resolvers]]);
    return compileRuleset(this.#sources.rules(), { generation, networks });
  }
}

function wholeAddress(address: Address): Cidr {
  return { address, prefixLength: addressFamily(address) === 6 ? 128 : 32 };
}
