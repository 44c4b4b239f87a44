// The Ruleset in force: another one after every change of rules or of the machine's name servers.
import type { Address, NetworkName } from './domain/address.ts';
import { addressFamily } from './domain/address.ts';
import { reachesPacketSockets } from './domain/rule.ts';
import type { Rule, RuleId } from './domain/rule.ts';
import type { Verdict } from './domain/verdict.ts';
import type { RuleDecision } from './pipeline-ports.ts';
import type { SlicedWork } from './platform/sliced-work.ts';
import { evaluate } from './policy/evaluate.ts';
import type { FlowSubject } from './policy/flow-subject.ts';
import type { Cidr } from './policy/prefix.ts';
import { changedRuleset, changingRuleset, compileRuleset, rulesetWithNetworks } from './policy/ruleset.ts';
import type { Ruleset, RulesetChange, RulesetOptions } from './policy/ruleset.ts';

export interface RulesetSources {
  /** At the start. */
  readonly rules: readonly Rule[];
  /** Addresses of this machine's name servers. */
  readonly resolvers: () => readonly string[];
  readonly nowMs: () => number;
}

/** What a change makes of the ruleset that was in force when it was prepared. */
interface Prepared {
  readonly change: RulesetChange;
  readonly from: Ruleset;
  readonly next: Ruleset;
}

export class CurrentRuleset {
  readonly #sources: Omit<RulesetSources, 'rules'>;
  #ruleset: Ruleset;
  #prepared: Prepared | undefined;
  readonly #packetSocketRules = new Map<RuleId, Rule>();

  constructor({ rules, ...sources }: RulesetSources) {
    this.#sources = sources;
    this.#notePacketSocketRules({ removed: [], added: rules });
    this.#ruleset = compileRuleset(rules, this.#options(1));
  }

  get ruleset(): Ruleset {
    return this.#ruleset;
  }

  /** Does the work of a change before it takes effect: the rules in force stay. */
  *prepare(change: RulesetChange): SlicedWork<void> {
    const from = this.#ruleset;
    const next = yield* changingRuleset(from, change, from.generation + 1);
    this.#prepared = { change, from, next };
  }

  /** Takes effect at once for every later evaluation. */
  change(change: RulesetChange): void {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    this.#notePacketSocketRules(change);
    const isPrepared = prepared?.change === change && prepared.from === this.#ruleset;
    this.#ruleset = isPrepared
      ? prepared.next
      : changedRuleset(this.#ruleset, change, this.#ruleset.generation + 1);
  }

  /** As `change`. */
  resolversChanged(): void {
    this.#ruleset = rulesetWithNetworks(this.#ruleset, this.#options(this.#ruleset.generation + 1));
  }

  /** Undefined where no rule decides. */
  decisionOf(subject: FlowSubject): RuleDecision | undefined {
    const { outcome, consulted, validUntilMs } = evaluate(this.#ruleset, subject, this.#sources.nowMs());
    return outcome.kind === 'verdict' ? { verdict: outcome.verdict, consulted, validUntilMs } : undefined;
  }

  verdictOf(subject: FlowSubject): Verdict | undefined {
    return this.decisionOf(subject)?.verdict;
  }

  /** Those in force that speak of packet sockets. */
  packetSocketRules(): readonly Rule[] {
    return [...this.#packetSocketRules.values()];
  }

  #notePacketSocketRules({ removed, added }: RulesetChange): void {
    for (const { id } of removed) this.#packetSocketRules.delete(id);
    for (const rule of added)
      if (rule.enabled && reachesPacketSockets(rule)) this.#packetSocketRules.set(rule.id, rule);
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

  #options(generation: number): RulesetOptions {
    const resolvers = this.#sources.resolvers().map((text) => wholeAddress(text as Address));
    return { generation, networks: new Map<NetworkName, readonly Cidr[]>([['resolvers', resolvers]]) };
  }
}

function wholeAddress(address: Address): Cidr {
  return { address, prefixLength: addressFamily(address) === 6 ? 128 : 32 };
}
