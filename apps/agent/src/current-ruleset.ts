// The Ruleset in force: compiled anew after every change of rules or of the machine's name servers.
import type { Address, NetworkName } from './domain/address.ts';
import { addressFamily } from './domain/address.ts';
import type { Rule } from './domain/rule.ts';
import type { Verdict } from './domain/verdict.ts';
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
  verdictOf(subject: FlowSubject): Verdict | undefined {
    const { outcome } = evaluate(this.#ruleset, subject, this.#sources.nowMs());
    return outcome.kind === 'verdict' ? outcome.verdict : undefined;
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
