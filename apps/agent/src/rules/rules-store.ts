// RulesStore: all rules of the agent. Lasting ones are text files that people may edit at any time; the others live in memory.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isStored } from '../domain/rule.ts';
import type { Rule, RuleId } from '../domain/rule.ts';
import { finish, Slicer } from '../platform/sliced-work.ts';
import type { SlicedWork } from '../platform/sliced-work.ts';
import { removeFile, removeTemporaryFiles, writeFileAtomically } from './atomic-file.ts';
import { DirectoryWatch } from './directory-watch.ts';
import { editedFile } from './edit-file.ts';
import type { RuleEdit } from './edit-file.ts';
import { parseRules } from './parse-rules.ts';
import type { RulesReading } from './parse-rules.ts';
import { RuleFiles } from './rule-files.ts';
import type { RuleProblem } from './rule-versions.ts';
import type { ChangedRules, PlacedRule } from './rules-in-force.ts';
import { ruleText, writingRules } from './rule-to-entry.ts';

export interface StoredRule {
  readonly rule: Rule;
  /** Name of its file in the directory of rules; undefined for a rule that lives in memory only. */
  readonly file: string | undefined;
  /** It stays on disk and matches nothing. */
  readonly isExpired: boolean;
}

export interface RulesChange extends ChangedRules {
  /** All of them. */
  readonly problems: readonly RuleProblem[];
}

export interface RulesStoreOptions {
  /** Where the rule files are, such as /etc/sallyport/rules. Made where it is missing. */
  readonly directory: string;
  /** Where last good versions are kept. */
  readonly stateDirectory: string;
  /** User id of a user name; undefined for a name that does not exist. */
  readonly resolveUser: (name: string) => number | undefined;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** What can be done before a change holds. In slices, or at once where somebody changes a rule through this store. */
  readonly prepare?: ((change: RulesChange) => SlicedWork<void>) | undefined;
  /** Called after every change of rules or problems, also for those made through this store. Not for the first load. */
  readonly onChange: (change: RulesChange) => void;
}

/** `failed`: nothing changed, in memory or on disk; the reason says what to do. */
export type PutOutcome =
  | { readonly kind: 'stored'; readonly stored: StoredRule }
  | { readonly kind: 'failed'; readonly reason: string };
export type DeleteOutcome =
  { readonly kind: 'deleted'; readonly rule: Rule } | { readonly kind: 'failed'; readonly reason: string };

const NOTHING: ChangedRules = { removed: [], added: [] };

export class RulesStore {
  readonly #options: RulesStoreOptions;
  readonly #files: RuleFiles;
  readonly #memory = new Map<RuleId, Rule>();
  readonly #reading = new Slicer(() => this.#updating());
  #watch: DirectoryWatch | undefined;

  /** Reads all rules and watches for changes until `close`. Throws where the state directory cannot be used. */
  static open(options: RulesStoreOptions): RulesStore {
    const store = new RulesStore(options);
    finish(store.#files.scan(new Set())).commit();
    store.#watch = new DirectoryWatch(options.directory, () => store.#reading.want());
    return store;
  }

  private constructor(options: RulesStoreOptions) {
    this.#options = options;
    this.#files = new RuleFiles(options);
    prepareDirectory(options.directory, this.#files.hasLastGoodVersions);
  }

  close(): void {
    this.#watch?.close();
    this.#reading.stop();
  }

  /** Every rule: those of files by file, then those in memory. Those of now, whenever they are read. */
  list(): Iterable<StoredRule> {
    return storedRules(this.#files.inForce.list(), this.inMemory(), this.#options.nowMs());
  }

  /** What a ruleset is compiled from. */
  rules(): readonly Rule[] {
    return Array.from(this.list(), ({ rule }) => rule);
  }

  /** Those that end with a process or with the agent. */
  inMemory(): readonly Rule[] {
    return [...this.#memory.values()];
  }

  get size(): number {
    return this.#files.inForce.size + this.#memory.size;
  }

  get(id: RuleId): StoredRule | undefined {
    const placed = this.#files.inForce.get(id);
    const rule = placed?.rule ?? this.#memory.get(id);
    return rule && stored(rule, placed?.file, this.#options.nowMs());
  }

  problems(): readonly RuleProblem[] {
    return this.#files.problems;
  }

  /** Adds a rule or replaces the one with its id, wherever that is written. On disk and in force when this returns. */
  put(rule: Rule): PutOutcome {
    this.#update();
    const invalid = validityProblem(rule);
    if (invalid !== undefined) return failed(invalid);
    const failure = isStored(rule) ? this.#write(rule) : this.#remember(rule);
    if (failure !== undefined) return failed(failure);
    const result = this.get(rule.id);
    if (result === undefined)
      return failed(`rule ${rule.id} was written, but somebody removed its file at once`);
    return { kind: 'stored', stored: result };
  }

  delete(id: RuleId): DeleteOutcome {
    this.#update();
    const rule = this.get(id)?.rule;
    if (rule === undefined) return failed(`no rule has the id ${id}: list the rules for their ids`);
    const failure = this.#erase(id);
    if (failure !== undefined) return failed(failure);
    this.#update(this.#forget(id));
    return { kind: 'deleted', rule };
  }

  setEnabled(id: RuleId, enabled: boolean): PutOutcome {
    const rule = this.get(id)?.rule;
    if (rule === undefined) return failed(`no rule has the id ${id}: list the rules for their ids`);
    return this.put({ ...rule, enabled });
  }

  /** All lasting rules, or those of the given ids, as one text that `parse` reads. */
  exporting(ids?: ReadonlySet<RuleId>): SlicedWork<string> {
    return writingRules(lastingRules(this.#files.inForce.list(), ids));
  }

  /** Reads a text of rules, for an import; nothing is stored. */
  parse(text: string, fileName: string): RulesReading {
    const context = { resolveUser: this.#options.resolveUser, createdAtMs: this.#options.nowMs() };
    return parseRules(text, fileName, context);
  }

  #update(inMemory?: ChangedRules): void {
    this.#reading.finish();
    finish(this.#updating(inMemory));
  }

  /** Brings what changed in files, and in memory just now, in force as one change. */
  *#updating(inMemory: ChangedRules = NOTHING): SlicedWork<void> {
    const judged = yield* this.#files.scan(new Set(this.#memory.keys()));
    const change: RulesChange = {
      removed: inMemory.removed.concat(judged.change.removed),
      added: inMemory.added.concat(judged.change.added),
      problems: judged.problems,
    };
    const isChange = judged.hasOtherProblems || change.removed.length + change.added.length > 0;
    if (isChange && this.#options.prepare !== undefined) yield* this.#options.prepare(change);
    judged.commit();
    if (isChange) this.#options.onChange(change);
  }

  #remember(rule: Rule): string | undefined {
    const failure = this.#erase(rule.id);
    if (failure !== undefined) return failure;
    const { removed } = this.#forget(rule.id);
    this.#memory.set(rule.id, rule);
    this.#update({ removed, added: [rule] });
    return undefined;
  }

  #forget(id: RuleId): ChangedRules {
    const rule = this.#memory.get(id);
    this.#memory.delete(id);
    return { removed: rule === undefined ? [] : [rule], added: [] };
  }

  #write(rule: Rule): string | undefined {
    const placed = this.#files.inForce.get(rule.id);
    const failure =
      placed === undefined
        ? this.#writeNew(rule)
        : this.#edit(placed.file, { previous: placed.rule, next: rule });
    if (failure === undefined) this.#update(this.#forget(rule.id));
    return failure;
  }

  #writeNew(rule: Rule): string | undefined {
    const name = this.#freeName(rule.id);
    return this.#attempt(`write ${name}`, () => this.#writeFile(name, ruleText(rule)));
  }

  /** Nothing where the rule is in no file. */
  #erase(id: RuleId): string | undefined {
    const placed = this.#files.inForce.get(id);
    return placed && this.#edit(placed.file, { previous: placed.rule, next: undefined });
  }

  #edit(file: string, edit: RuleEdit): string | undefined {
    if (this.#files.isRefused(file)) {
      return `${file} has an error, so that it cannot be changed from here: correct it first, its problems say where`;
    }
    return this.#attempt(`change ${file}`, () => {
      const text = readFileSync(join(this.#options.directory, file), 'utf8');
      const rules = this.#files.rulesOfBlocks(file, text);
      const edited = editedFile({ text, rules, parse: (part) => this.parse(part, file) }, edit);
      if (edited.text === undefined) return removeFile(this.#options.directory, file);
      if (edited.rules !== undefined) this.#files.foretell(file, edited.text, edited.rules);
      this.#writeFile(file, edited.text);
    });
  }

  #writeFile(name: string, text: string): void {
    writeFileAtomically(this.#options.directory, name, { text, durable: true });
  }

  #attempt(what: string, action: () => void): string | undefined {
    if (this.#files.isRefused(this.#options.directory)) {
      return `could not ${what}: the directory ${this.#options.directory} is refused itself, its problem says why`;
    }
    try {
      action();
      return undefined;
    } catch (error) {
      return `could not ${what} in ${this.#options.directory}: ${(error as Error).message}${adviceFor(error)}`;
    }
  }

  /** A name that no file has: an id has no slash and does not begin with a dot, so it never leaves the directory. */
  #freeName(id: RuleId): string {
    for (let count = 1; ; count += 1) {
      const name = count === 1 ? `${id}.yaml` : `${id}-${count}.yaml`;
      if (!this.#files.isThere(name)) return name;
    }
  }
}

function prepareDirectory(directory: string, hasLastGoodVersions: boolean): void {
  // A directory that vanished is a problem to report, not a wish to have no rules.
  if (hasLastGoodVersions) return removeLeftovers(directory);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch {
    // The scan reports it.
  }
  removeLeftovers(directory);
}

function removeLeftovers(directory: string): void {
  try {
    removeTemporaryFiles(directory);
  } catch {
    // They are never read, so they do no harm.
  }
}

/** Holds every rule to what a file may say. What may not last may still live in memory, so its lifetime and action are no matter. */
function validityProblem(rule: Rule): string | undefined {
  const asStored: Rule = isStored(rule) ? rule : { ...rule, action: 'deny', lifetime: { kind: 'always' } };
  let text: string;
  try {
    text = ruleText(asStored);
  } catch (error) {
    return `rule ${rule.id} cannot be written as text: ${(error as Error).message}`;
  }
  if (!text.isWellFormed()) return `rule ${rule.id} has text that is not Unicode: half a surrogate pair`;
  const reading = parseRules(text, 'rule', { resolveUser: () => undefined, createdAtMs: 0 });
  if (reading.kind === 'refused')
    return `rule ${rule.id}: ${reading.problems.map(({ reason }) => reason).join('; ')}`;
  if (isDeepStrictEqual(reading.rules, [asStored])) return undefined;
  return `rule ${rule.id} does not read back as it was written: write its addresses in canonical form`;
}

function* storedRules(
  placed: Iterable<PlacedRule>,
  inMemory: readonly Rule[],
  nowMs: number,
): Generator<StoredRule, void, undefined> {
  for (const { rule, file } of placed) yield stored(rule, file, nowMs);
  for (const rule of inMemory) yield stored(rule, undefined, nowMs);
}

function* lastingRules(
  placed: Iterable<PlacedRule>,
  ids: ReadonlySet<RuleId> | undefined,
): Generator<Rule, void, undefined> {
  for (const { rule } of placed) if (ids?.has(rule.id) !== false) yield rule;
}

function stored(rule: Rule, file: string | undefined, nowMs: number): StoredRule {
  return { rule, file, isExpired: rule.lifetime.kind === 'until' && rule.lifetime.untilMs <= nowMs };
}

function failed(reason: string): { readonly kind: 'failed'; readonly reason: string } {
  return { kind: 'failed', reason };
}

function adviceFor(error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return '. The disk is full: free some space and try again';
    case 'EROFS':
      return '. The file system is read-only: remount it for writing and try again';
    case 'ENOENT':
      return '. The directory or file is gone: restore it and try again';
    default:
      return '';
  }
}
