// RuleFiles: the directory of rules as the agent last saw it; a scan reads what changed and says what is in force.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Rule, RuleId } from '../domain/rule.ts';
import { judgeVersions } from './in-force.ts';
import { LastGoodVersions } from './last-good.ts';
import { parseRules } from './parse-rules.ts';
import type { RuleFault } from './parse-rules.ts';
import { readRuleDirectory, readRuleFile, stampOf } from './rule-file.ts';
import type { FileReading, FileStamp } from './rule-file.ts';

export interface RuleProblem extends RuleFault {
  /** Whether rules of an earlier version of the file are in force meanwhile. */
  readonly lastGoodVersionInForce: boolean;
}

export interface PlacedRule {
  readonly rule: Rule;
  /** Name of the file in the directory. */
  readonly file: string;
}

interface SeenFile {
  readonly name: string;
  readonly stamp: FileStamp | undefined;
  readonly digest: string | undefined;
  readonly onDisk: readonly Rule[] | undefined;
  readonly faults: readonly RuleFault[];
}

export interface RuleFilesOptions {
  readonly directory: string;
  readonly stateDirectory: string;
  readonly resolveUser: (name: string) => number | undefined;
}

export class RuleFiles {
  readonly #options: RuleFilesOptions;
  readonly #lastGoodVersions: LastGoodVersions;
  readonly #lastGood = new Map<string, readonly Rule[]>();
  #seen = new Map<string, SeenFile>();
  #placed: ReadonlyMap<RuleId, PlacedRule> = new Map();
  #problems: readonly RuleProblem[] = [];
  #isFirstScan = true;

  constructor(options: RuleFilesOptions) {
    this.#options = options;
    this.#lastGoodVersions = new LastGoodVersions(options.stateDirectory);
  }

  /** The rules in force, by id. */
  get placed(): ReadonlyMap<RuleId, PlacedRule> {
    return this.#placed;
  }

  get problems(): readonly RuleProblem[] {
    return this.#problems;
  }

  get hasLastGoodVersions(): boolean {
    return this.#lastGoodVersions.names().length > 0;
  }

  /** Whether there is a file of that name, of whatever kind. */
  isThere(name: string): boolean {
    return this.#seen.has(name) || stampOf(join(this.#options.directory, name)) !== undefined;
  }

  isRefused(name: string): boolean {
    return this.#problems.some(({ file }) => file === name);
  }

  /** Reads what changed on disk. True where rules or problems changed. */
  scan(taken: ReadonlySet<RuleId>): boolean {
    const problems: RuleFault[] = [];
    const reading = readRuleDirectory(this.#options.directory);
    if (reading.kind === 'refused') problems.push(fault(this.#options.directory, reading.reason));
    else this.#see(reading.names);
    if (reading.kind === 'names') problems.push(...reading.ignored.map(ignoredFault));
    if (this.#isFirstScan) this.#recall(reading.kind === 'refused');
    return this.#judge(taken, problems);
  }

  #see(names: readonly string[]): void {
    const seen = new Map<string, SeenFile>();
    for (const name of names) {
      const file = this.#seeFile(name, this.#seen.get(name));
      if (file !== undefined) seen.set(name, file);
    }
    this.#seen = seen;
  }

  #seeFile(name: string, before: SeenFile | undefined): SeenFile | undefined {
    const stamp = stampOf(join(this.#options.directory, name));
    if (before?.stamp?.isSettled === true && stamp?.text === before.stamp.text) return before;
    const reading = readRuleFile(this.#options.directory, name);
    switch (reading.kind) {
      case 'missing':
        return undefined;
      case 'refused': {
        const { line, column, reason } = reading.problem;
        const faults = [{ file: name, line, column, reason }];
        return { name, stamp: reading.stamp, digest: undefined, onDisk: undefined, faults };
      }
      case 'text':
        return this.#readText(name, reading, before);
    }
  }

  #readText(
    name: string,
    { text, stamp }: Extract<FileReading, { kind: 'text' }>,
    before: SeenFile | undefined,
  ): SeenFile {
    const digest = createHash('sha256').update(text).digest('hex');
    if (before?.digest === digest) return { ...before, stamp };
    const context = { resolveUser: this.#options.resolveUser, createdAtMs: stamp.modifiedAtMs };
    const reading = parseRules(text, name, context);
    if (reading.kind === 'refused')
      return { name, stamp, digest, onDisk: undefined, faults: reading.problems };
    return { name, stamp, digest, onDisk: reading.rules, faults: [] };
  }

  /** At start: what was in force before the agent ended. Without a directory all of it stays in force. */
  #recall(isDirectoryMissing: boolean): void {
    this.#isFirstScan = false;
    for (const name of this.#lastGoodVersions.names()) {
      const { onDisk: rules, digest = '' } = this.#seen.get(name) ?? unread(name);
      const isUnchanged = rules !== undefined && this.#lastGoodVersions.holds(name, { digest, rules });
      if (isUnchanged) this.#lastGood.set(name, rules);
      else if (isDirectoryMissing || this.#seen.has(name)) this.#recallFile(name);
    }
    if (isDirectoryMissing) {
      for (const name of this.#lastGood.keys()) this.#seen.set(name, unread(name));
    }
  }

  #recallFile(name: string): void {
    const rules = this.#lastGoodVersions.rulesOf(name);
    if (rules !== undefined) this.#lastGood.set(name, rules);
  }

  #judge(taken: ReadonlySet<RuleId>, directoryProblems: readonly RuleFault[]): boolean {
    const files = [...this.#seen.values()];
    const judged = judgeVersions(
      files.map(({ name, onDisk }) => ({ name, onDisk, lastGood: this.#lastGood.get(name) })),
      taken,
    );
    const placed = new Map<RuleId, PlacedRule>();
    const problems = directoryProblems.map((one) => ({ ...one, lastGoodVersionInForce: files.length > 0 }));
    let isChanged = false;
    for (const { name, rules, faults } of judged) {
      for (const rule of rules) placed.set(rule.id, { rule, file: name });
      const all = [...(this.#seen.get(name)?.faults ?? []), ...faults];
      const lastGoodVersionInForce = this.#lastGood.has(name);
      problems.push(...all.map((one) => ({ ...one, lastGoodVersionInForce })));
      if (all.length === 0 && this.#lastGood.get(name) !== rules) {
        isChanged = true;
        problems.push(...this.#keep(name, rules));
      }
    }
    isChanged = this.#forgetRemoved(directoryProblems) || isChanged;
    isChanged ||=
      placed.size !== this.#placed.size || JSON.stringify(problems) !== JSON.stringify(this.#problems);
    this.#placed = placed;
    this.#problems = problems;
    return isChanged;
  }

  #keep(name: string, rules: readonly Rule[]): readonly RuleProblem[] {
    this.#lastGood.set(name, rules);
    try {
      this.#lastGoodVersions.keep(name, { digest: this.#seen.get(name)?.digest ?? '', rules });
      return [];
    } catch (error) {
      const reason = `is in force, but its copy for later could not be written (${(error as Error).message}): free space in the state directory`;
      return [{ ...fault(name, reason), lastGoodVersionInForce: false }];
    }
  }

  #forgetRemoved(directoryProblems: readonly RuleFault[]): boolean {
    if (directoryProblems.some(({ file }) => file === this.#options.directory)) return false;
    let isChanged = false;
    for (const name of new Set([...this.#lastGood.keys(), ...this.#lastGoodVersions.names()])) {
      if (this.#seen.has(name)) continue;
      this.#lastGoodVersions.forget(name);
      isChanged = this.#lastGood.delete(name) || isChanged;
    }
    return isChanged;
  }
}

function fault(file: string, reason: string): RuleFault {
  return { file, line: undefined, column: undefined, reason };
}

function ignoredFault(name: string): RuleFault {
  return fault(name, 'is not read, because names of rule files end in .yaml and are UTF-8: rename it');
}

function unread(name: string): SeenFile {
  return { name, stamp: undefined, digest: undefined, onDisk: undefined, faults: [] };
}
