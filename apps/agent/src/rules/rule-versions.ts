// RuleVersions: which version of each rule file is in force, and the copies of good ones for the time when a file is broken.
import type { Rule, RuleId } from '../domain/rule.ts';
import type { SlicedWork } from '../platform/sliced-work.ts';
import { judgeVersions } from './in-force.ts';
import { LastGoodVersions } from './last-good.ts';
import type { ReadText } from './last-good.ts';
import type { RuleFault } from './parse-rules.ts';
import type { FileStamp } from './rule-file.ts';
import { RulesInForce } from './rules-in-force.ts';
import type { ChangedRules } from './rules-in-force.ts';

export interface RuleProblem extends RuleFault {
  /** Whether rules of an earlier version of the file are in force meanwhile. */
  readonly lastGoodVersionInForce: boolean;
}

/** A rule file as it was read last. */
export interface SeenFile {
  readonly name: string;
  readonly stamp: FileStamp | undefined;
  readonly digest: string | undefined;
  /** Undefined where it is refused. */
  readonly onDisk: readonly Rule[] | undefined;
  readonly faults: readonly RuleFault[];
  /** As of a RuleDocument. */
  readonly isOfBlocks?: boolean;
}

export type SeenFiles = ReadonlyMap<string, SeenFile>;

export interface SeenDirectory {
  /** The last that was seen of it where `isRefused`. */
  readonly files: SeenFiles;
  /** Texts that were read just now. */
  readonly texts: ReadonlyMap<string, ReadText>;
  /** Faults of no file that is read. */
  readonly faults: readonly RuleFault[];
  /** It cannot be used: all that was in force stays so. */
  readonly isRefused: boolean;
}

/** Nothing of it is in force before `commit`, which comes before anything else is judged. */
export interface JudgedVersions {
  readonly change: ChangedRules;
  readonly problems: readonly RuleProblem[];
  readonly hasOtherProblems: boolean;
  readonly commit: () => void;
}

interface Judgement {
  /** What is in force from now on, where it is another than now; undefined for a file that is gone. */
  readonly updates: ReadonlyMap<string, readonly Rule[] | undefined>;
  /** Good versions, of all files or of those in `updates`. */
  readonly good: ReadonlyMap<string, readonly Rule[]>;
  readonly problems: readonly RuleProblem[];
}

export class RuleVersions {
  readonly #kept: LastGoodVersions;
  readonly #lastGood = new Map<string, readonly Rule[]>();
  readonly #inForce = new RulesInForce();
  #problems: readonly RuleProblem[] = [];

  constructor(stateDirectory: string) {
    this.#kept = new LastGoodVersions(stateDirectory);
  }

  get inForce(): Pick<RulesInForce, 'get' | 'list' | 'size'> {
    return this.#inForce;
  }

  get problems(): readonly RuleProblem[] {
    return this.#problems;
  }

  get isAnyKept(): boolean {
    return this.#kept.names.size > 0;
  }

  /** At start: what was in force before the agent ended. The names of files that are in force and were not seen. */
  recall({ files, isRefused }: SeenDirectory): readonly string[] {
    for (const name of this.#kept.names) {
      const { onDisk: rules, digest = '' } = files.get(name) ?? {};
      const isUnchanged = rules !== undefined && this.#kept.holds(name, { digest, rules });
      if (isUnchanged) this.#lastGood.set(name, rules);
      else if (isRefused || files.has(name)) this.#recallFile(name);
    }
    return isRefused ? [...this.#lastGood.keys()] : [];
  }

  *judge(seen: SeenDirectory, taken: ReadonlySet<RuleId>): SlicedWork<JudgedVersions> {
    const quick = this.#quickJudgement(seen);
    const isQuick = quick !== undefined && !(yield* this.#inForce.hasTwins(quick.updates, taken));
    const { updates, good, problems: found } = isQuick ? quick : this.#fullJudgement(seen, taken);
    const problems = [...found, ...(yield* this.#keepAll(good, seen))];
    if (!seen.isRefused) this.#forgetRemoved(seen.files);
    const { change, commit } = yield* this.#inForce.prepare(updates);
    return {
      change,
      problems,
      hasOtherProblems: JSON.stringify(problems) !== JSON.stringify(this.#problems),
      commit: () => {
        commit();
        this.#problems = problems;
      },
    };
  }

  #recallFile(name: string): void {
    const rules = this.#kept.rulesOf(name);
    if (rules !== undefined) this.#lastGood.set(name, rules);
  }

  /** Undefined where something is refused, or was: then each file has to be looked at. */
  #quickJudgement({ files, faults }: SeenDirectory): Judgement | undefined {
    if (faults.length + this.#problems.length > 0) return undefined;
    const updates = new Map<string, readonly Rule[] | undefined>();
    const good = new Map<string, readonly Rule[]>();
    for (const { name, onDisk, faults: ownFaults } of files.values()) {
      if (onDisk === undefined || ownFaults.length > 0) return undefined;
      if (onDisk === this.#inForce.ofFile(name)) continue;
      updates.set(name, onDisk);
      good.set(name, onDisk);
    }
    for (const name of this.#inForce.fileNames()) if (!files.has(name)) updates.set(name, undefined);
    return { updates, good, problems: [] };
  }

  #fullJudgement({ files, faults }: SeenDirectory, taken: ReadonlySet<RuleId>): Judgement {
    const versions = Array.from(files.values(), ({ name, onDisk }) => ({
      name,
      onDisk,
      lastGood: this.#lastGood.get(name),
    }));
    const updates = new Map<string, readonly Rule[] | undefined>();
    const good = new Map<string, readonly Rule[]>();
    const problems = faults.map((one) => ({ ...one, lastGoodVersionInForce: files.size > 0 }));
    for (const { name, rules, faults: ownFaults } of judgeVersions(versions, taken)) {
      const all = [...(files.get(name)?.faults ?? []), ...ownFaults];
      const lastGoodVersionInForce = this.#lastGood.has(name);
      problems.push(...all.map((one) => ({ ...one, lastGoodVersionInForce })));
      if (all.length === 0) good.set(name, rules);
      if (rules !== this.#inForce.ofFile(name)) updates.set(name, rules);
    }
    for (const name of this.#inForce.fileNames()) if (!files.has(name)) updates.set(name, undefined);
    return { updates, good, problems };
  }

  *#keepAll(good: Judgement['good'], { files, texts }: SeenDirectory): SlicedWork<readonly RuleProblem[]> {
    const problems: RuleProblem[] = [];
    for (const [name, rules] of good) {
      if (this.#lastGood.get(name) === rules) continue;
      this.#lastGood.set(name, rules);
      try {
        const { digest = '' } = files.get(name) ?? {};
        yield* this.#kept.keep(name, { digest, rules, read: texts.get(name) });
        yield;
      } catch (error) {
        problems.push(notKept(name, error as Error));
      }
    }
    return problems;
  }

  #forgetRemoved(files: SeenFiles): void {
    for (const names of [this.#lastGood.keys(), this.#kept.names])
      for (const name of names) {
        if (files.has(name)) continue;
        this.#lastGood.delete(name);
        this.#kept.forget(name);
      }
  }
}

function notKept(file: string, { message }: Error): RuleProblem {
  const reason = `is in force, but its copy for later could not be written (${message}): free space in the state directory`;
  return { file, line: undefined, column: undefined, reason, lastGoodVersionInForce: false };
}
