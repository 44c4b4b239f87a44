// How often each rule has decided: counted in memory while the agent runs, on top of what history knows of the time before.
import type { RuleUses } from './api/ports.ts';
import type { RuleId, RuleUse } from './domain/rule.ts';

export interface PastUses {
  /** Uses before that time; undefined where they cannot be read. */
  ruleUses(beforeMs: number): Promise<readonly RuleUse[] | undefined>;
}

type Count = Pick<RuleUse, 'flows' | 'lastAtMs'>;

export class RuleUseCounter {
  readonly #history: PastUses;
  readonly #startedAtMs: number;
  readonly #counts = new Map<RuleId, Count>();
  #past: Promise<readonly RuleUse[] | undefined> | undefined;

  constructor(history: PastUses, startedAtMs: number) {
    this.#history = history;
    this.#startedAtMs = startedAtMs;
  }

  /** The rule decided about so many flows. After their verdicts, off the data path. */
  note(ruleId: RuleId, { atMs, flows }: { readonly atMs: number; readonly flows: number }): void {
    const before = this.#counts.get(ruleId)?.flows ?? 0;
    this.#counts.set(ruleId, { flows: before + flows, lastAtMs: atMs });
  }

  async list(): Promise<RuleUses> {
    this.#past ??= this.#history.ruleUses(this.#startedAtMs);
    const past = await this.#past;
    // History may be readable the next time.
    if (past === undefined) this.#past = undefined;
    const sums = new Map((past ?? []).map((use) => [use.ruleId, use]));
    for (const [ruleId, { flows, lastAtMs }] of this.#counts)
      sums.set(ruleId, { ruleId, flows: flows + (sums.get(ruleId)?.flows ?? 0), lastAtMs });
    const sinceMs = past === undefined ? this.#startedAtMs : undefined;
    return { uses: [...sums.values()], sinceMs };
  }
}
