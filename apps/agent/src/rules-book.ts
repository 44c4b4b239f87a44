// The rules as the API and the decisions see them: the store's rules with sentence and file, changes as outcomes and events.
import { join } from 'node:path';
import type {
  FirewallEvent,
  Outcome,
  RuleDraft,
  RuleListing,
  RuleProblem,
  RulesPort,
  StoredRule,
} from './api/ports.ts';
import { isStored } from './domain/rule.ts';
import type { Rule, RuleId } from './domain/rule.ts';
import { ruleSentence } from './policy/rule-sentence.ts';
import type { SlicedWork } from './platform/sliced-work.ts';
import type { DeleteOutcome, PutOutcome, RulesChange, RulesStore } from './rules/rules-store.ts';
import { rulesOf } from './prompts/rule-name.ts';

export interface RulesBookOptions {
  readonly store: RulesStore;
  readonly directory: string;
  readonly nowMs: () => number;
  readonly events: { readonly emit: (event: FirewallEvent) => void };
  readonly isAlive: (pid: number, startNs: bigint) => boolean;
}

interface PlacedRule {
  readonly rule: Rule;
  readonly file: string | undefined;
}

/** Clients are told of so many rules one by one; of more they read all anew. */
const MOST_TOLD = 500;

export class RulesBook implements RulesPort {
  readonly #options: RulesBookOptions;

  constructor(options: RulesBookOptions) {
    this.#options = options;
  }

  list(): RuleListing {
    return {
      rules: this.#shown(this.#options.store.list()),
      problems: this.problems(),
    };
  }

  problems(): readonly RuleProblem[] {
    return this.#options.store.problems().map((problem) => ({ ...problem, file: this.#path(problem.file) }));
  }

  show(id: RuleId): StoredRule | undefined {
    const stored = this.#options.store.get(id);
    return stored && this.#show(stored);
  }

  text(ids: readonly RuleId[]): SlicedWork<string> {
    return this.#options.store.exporting(ids.length === 0 ? undefined : new Set(ids));
  }

  read(text: string): RuleListing {
    const reading = this.#options.store.parse(text, '');
    if (reading.kind === 'rules')
      return { rules: reading.rules.map((rule) => this.#show({ rule, file: undefined })), problems: [] };
    const problems = reading.problems.map(({ file, line, reason }) => ({
      ...{ file, line, reason },
      lastGoodVersionInForce: false,
    }));
    return { rules: [], problems };
  }

  /** A rule of a ruleset, as it is shown. */
  describe(rule: Rule): StoredRule {
    return this.show(rule.id) ?? this.#show({ rule, file: undefined });
  }

  has(id: RuleId): boolean {
    return this.#options.store.get(id) !== undefined;
  }

  put(draft: RuleDraft): Outcome<StoredRule> {
    return this.putRule(this.#named(draft));
  }

  putRule(rule: Rule): Outcome<StoredRule> {
    return this.#outcome(this.#options.store.put(rule));
  }

  delete(id: RuleId): Outcome<undefined> {
    const outcome: DeleteOutcome | undefined = this.has(id) ? this.#options.store.delete(id) : undefined;
    if (outcome?.kind === 'deleted') return { kind: 'done', value: undefined };
    // The store looks at its files first: somebody may just have removed this one.
    if (outcome === undefined || !this.has(id)) return { kind: 'not-found', what: `the rule ${id}` };
    return storageFailed(outcome.reason);
  }

  setEnabled({
    ruleId,
    enabled,
  }: {
    readonly ruleId: RuleId;
    readonly enabled: boolean;
  }): Outcome<StoredRule> {
    if (!this.has(ruleId)) return { kind: 'not-found', what: `the rule ${ruleId}` };
    return this.#outcome(this.#options.store.setEnabled(ruleId, enabled));
  }

  /** Tells the clients what a change of the store changed. */
  announce(change: RulesChange): void {
    const { events } = this.#options;
    const isTold = change.removed.length + change.added.length <= MOST_TOLD;
    if (isTold) for (const event of this.#eventsOf(change)) events.emit(event);
    else events.emit({ kind: 'many-rules' });
  }

  *#eventsOf({ removed, added }: RulesChange): Generator<FirewallEvent, void, undefined> {
    for (const { id } of removed) if (!this.has(id)) yield { kind: 'rule-deleted', ruleId: id };
    for (const { id } of added) {
      const rule = this.show(id);
      if (rule !== undefined) yield { kind: 'rule', rule };
    }
    yield { kind: 'problems', problems: this.problems() };
  }

  /** Rules that were made for a process go when it has ended. */
  forgetEndedProcesses(): void {
    for (const { id, lifetime } of this.#options.store.inMemory()) {
      if (lifetime.kind !== 'process') continue;
      const { pid, startNs } = lifetime.process;
      if (!this.#options.isAlive(pid, startNs)) this.#options.store.delete(id);
    }
  }

  #named(draft: RuleDraft): Rule {
    const { id, origin } = draft;
    const existing = id === undefined ? undefined : this.#options.store.get(id)?.rule;
    const createdAtMs = existing?.createdAtMs ?? draft.createdAtMs ?? this.#options.nowMs();
    if (id !== undefined) return { ...draft, id, origin: existing?.origin ?? origin, createdAtMs };
    const [named] = rulesOf([draft], { isTaken: (taken) => this.has(taken), wallMs: createdAtMs });
    if (named === undefined) throw new Error('a draft always gets a name');
    return { ...draft, id: named.id, createdAtMs };
  }

  #outcome(outcome: PutOutcome): Outcome<StoredRule> {
    return outcome.kind === 'stored'
      ? { kind: 'done', value: this.#show(outcome.stored) }
      : storageFailed(outcome.reason);
  }

  *#shown(rules: Iterable<PlacedRule>): Generator<StoredRule, void, undefined> {
    for (const placed of rules) yield this.#show(placed);
  }

  #show({ rule, file }: PlacedRule): StoredRule {
    const isOnDisk = file !== undefined && isStored(rule);
    return { rule, file: isOnDisk ? this.#path(file) : undefined, sentence: ruleSentence(rule) };
  }

  #path(file: string): string {
    return join(this.#options.directory, file);
  }
}

function storageFailed(reason: string): Outcome<never> {
  if (!/disk is full|could not /.test(reason)) return { kind: 'refused', text: sentence(reason) };
  return { kind: 'storage-failed', text: sentence(reason), diskFull: reason.includes('disk is full') };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
