// RuleFiles: the directory of rules as the agent last saw it; a scan reads what changed and says what is in force.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Rule, RuleId } from '../domain/rule.ts';
import type { SlicedWork } from '../platform/sliced-work.ts';
import type { ReadText } from './last-good.ts';
import { parsingRules } from './parse-rules.ts';
import type { RuleFault } from './parse-rules.ts';
import { readRuleDirectory, readRuleFile, stampOf } from './rule-file.ts';
import type { FileReading } from './rule-file.ts';
import { RuleVersions } from './rule-versions.ts';
import type { JudgedVersions, RuleProblem, SeenDirectory, SeenFile, SeenFiles } from './rule-versions.ts';
import type { RulesInForce } from './rules-in-force.ts';
import { SharedValues } from './shared-values.ts';

export interface RuleFilesOptions {
  readonly directory: string;
  readonly stateDirectory: string;
  readonly resolveUser: (name: string) => number | undefined;
}

/** Done in one go. */
const FILES_IN_A_SLICE = 50;
const RULES_IN_A_SLICE = 50;

/** Of the files that one scan reads. */
interface ReadTogether {
  readonly shared: SharedValues;
  readonly texts: Map<string, ReadText>;
}

export class RuleFiles {
  readonly #options: RuleFilesOptions;
  readonly #versions: RuleVersions;
  #seen: SeenFiles = new Map();
  #isFirstScan = true;
  #foretold: Pick<SeenFile, 'name' | 'digest' | 'onDisk'> | undefined;

  constructor(options: RuleFilesOptions) {
    this.#options = options;
    this.#versions = new RuleVersions(options.stateDirectory);
  }

  get inForce(): Pick<RulesInForce, 'get' | 'list' | 'size'> {
    return this.#versions.inForce;
  }

  get problems(): readonly RuleProblem[] {
    return this.#versions.problems;
  }

  get hasLastGoodVersions(): boolean {
    return this.#versions.isAnyKept;
  }

  /** Whether there is a file of that name, of whatever kind. */
  isThere(name: string): boolean {
    return this.#seen.has(name) || stampOf(join(this.#options.directory, name)) !== undefined;
  }

  isRefused(name: string): boolean {
    return this.problems.some(({ file }) => file === name);
  }

  /** What this text of a file says, if it is the one that was read last and each rule is a block of its own. */
  rulesOfBlocks(name: string, text: string): readonly Rule[] | undefined {
    const seen = this.#seen.get(name);
    return seen?.isOfBlocks === true && seen.digest === digestOf(text) ? seen.onDisk : undefined;
  }

  /** The next scan may find this text, which then needs not be read. */
  foretell(name: string, text: string, rules: readonly Rule[]): void {
    this.#foretold = { name, digest: digestOf(text), onDisk: rules };
  }

  /** Reads what changed on disk. `taken` are ids of rules that live in memory. */
  *scan(taken: ReadonlySet<RuleId>): SlicedWork<JudgedVersions> {
    const seen = yield* this.#look();
    if (this.#isFirstScan) {
      this.#isFirstScan = false;
      const recalled = this.#versions.recall(seen);
      if (seen.isRefused) return yield* this.#versions.judge(this.#withUnread(seen, recalled), taken);
    }
    return yield* this.#versions.judge(seen, taken);
  }

  *#look(): SlicedWork<SeenDirectory> {
    const { directory } = this.#options;
    const reading = readRuleDirectory(directory);
    if (reading.kind === 'refused')
      return {
        files: this.#seen,
        texts: new Map(),
        faults: [fault(directory, reading.reason)],
        isRefused: true,
      };
    const together = { shared: new SharedValues(), texts: new Map<string, ReadText>() };
    this.#seen = yield* this.#see(reading.names, together);
    const faults = reading.ignored.map(ignoredFault);
    return { files: this.#seen, texts: together.texts, faults, isRefused: false };
  }

  *#see(names: readonly string[], together: ReadTogether): SlicedWork<SeenFiles> {
    const seen = new Map<string, SeenFile>();
    for (const [count, name] of names.entries()) {
      const file = yield* this.#seeFile(name, together);
      if (file !== undefined) seen.set(name, file);
      if (count % FILES_IN_A_SLICE === 0) yield;
    }
    return seen;
  }

  *#seeFile(name: string, together: ReadTogether): SlicedWork<SeenFile | undefined> {
    const before = this.#seen.get(name);
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
        return yield* this.#readText(name, reading, together);
    }
  }

  *#readText(
    name: string,
    { text, stamp }: Extract<FileReading, { kind: 'text' }>,
    { shared, texts }: ReadTogether,
  ): SlicedWork<SeenFile> {
    const before = this.#seen.get(name);
    const digest = digestOf(text);
    if (before?.digest === digest) return { ...before, stamp };
    yield;
    const foretold = this.#foretold;
    if (foretold?.name === name && foretold.digest === digest) {
      this.#foretold = undefined;
      texts.set(name, { text, createdAtMs: stamp.modifiedAtMs, users: new Map() });
      return { ...foretold, stamp, faults: [], isOfBlocks: true };
    }
    const users = new Map<string, number>();
    const createdAtMs = stamp.modifiedAtMs;
    const resolveUser = (user: string): number | undefined => this.#resolved(user, users);
    const reading = yield* parsingRules(text, name, { resolveUser, createdAtMs, shared });
    if (reading.kind === 'refused')
      return { name, stamp, digest, onDisk: undefined, faults: reading.problems };
    texts.set(name, { text, createdAtMs, users });
    const onDisk = yield* this.#withUnchanged(reading.rules);
    return { name, stamp, digest, onDisk, faults: [], isOfBlocks: reading.isOfBlocks };
  }

  #resolved(user: string, users: Map<string, number>): number | undefined {
    const uid = this.#options.resolveUser(user);
    if (uid !== undefined) users.set(user, uid);
    return uid;
  }

  /** A rule that says what it said before stays the same object, so that only what changed is a change. */
  *#withUnchanged(rules: readonly Rule[]): SlicedWork<readonly Rule[]> {
    const kept: Rule[] = [];
    for (const rule of rules) {
      const before = this.inForce.get(rule.id)?.rule;
      kept.push(before !== undefined && isDeepStrictEqual(before, rule) ? before : rule);
      if (kept.length % RULES_IN_A_SLICE === 0) yield;
    }
    return kept;
  }

  #withUnread(seen: SeenDirectory, names: readonly string[]): SeenDirectory {
    this.#seen = new Map(names.map((name) => [name, unread(name)]));
    return { ...seen, files: this.#seen };
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
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
