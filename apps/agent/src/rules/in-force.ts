// Which version of each rule file is in force: the one on disk, or the last good one where that is refused.
// Pure: ids must be unique among all files, and this is where two files that give the same id are judged.
import type { Rule, RuleId } from '../domain/rule.ts';
import type { RuleFault } from './parse-rules.ts';

export interface FileVersions {
  readonly name: string;
  /** The rules on disk; undefined where the file is refused. */
  readonly onDisk: readonly Rule[] | undefined;
  /** The rules that were in force until now; the same object as `onDisk` where nothing changed. */
  readonly lastGood: readonly Rule[] | undefined;
}

export interface InForce {
  readonly name: string;
  readonly rules: readonly Rule[];
  /** Why the file on disk is refused, as far as that is because of other files. */
  readonly faults: readonly RuleFault[];
}

/** In the order of names. `taken` are ids of rules that live in memory. A file that did not change has more right to an id than one that did. */
export function judgeVersions(
  files: readonly FileVersions[],
  taken: ReadonlySet<RuleId>,
): readonly InForce[] {
  const faults = new Map<string, readonly RuleFault[]>();
  for (;;) {
    const round = judgeRound(files, taken, faults);
    if (round.faults.size === 0)
      return round.inForce.toSorted((left, right) => (left.name < right.name ? -1 : 1));
    for (const [name, list] of round.faults) faults.set(name, list);
  }
}

interface Round {
  readonly inForce: readonly InForce[];
  /** Files that turned out to be at fault in this round. */
  readonly faults: ReadonlyMap<string, readonly RuleFault[]>;
}

type Faults = ReadonlyMap<string, readonly RuleFault[]>;

function judgeRound(files: readonly FileVersions[], taken: ReadonlySet<RuleId>, faults: Faults): Round {
  const owners = new Map<RuleId, string>([...taken].map((id) => [id, 'a temporary rule']));
  const found = new Map<string, readonly RuleFault[]>();
  const inForce: InForce[] = [];
  for (const file of byRight(files, faults)) {
    const isRefused = file.onDisk === undefined || faults.has(file.name);
    const rules = (isRefused ? file.lastGood : file.onDisk) ?? [];
    const twins = rules.filter(({ id }) => owners.has(id));
    if (twins.length > 0 && !isRefused) {
      found.set(
        file.name,
        twins.slice(0, 20).map(({ id }) => twinFault(file.name, id, owners.get(id))),
      );
    }
    for (const { id } of rules) if (!owners.has(id)) owners.set(id, file.name);
    const unique = twins.length === 0 ? rules : rules.filter(({ id }) => owners.get(id) === file.name);
    inForce.push({ name: file.name, rules: unique, faults: faults.get(file.name) ?? [] });
  }
  return { inForce, faults: found };
}

/** Last good versions of refused files first, then files as they were, then changed files; by name among equals. */
function byRight(files: readonly FileVersions[], faults: Faults): readonly FileVersions[] {
  const rightOf = ({ name, onDisk, lastGood }: FileVersions): number => {
    if (onDisk === undefined || faults.has(name)) return 0;
    return onDisk === lastGood ? 1 : 2;
  };
  return files.toSorted((left, right) => rightOf(left) - rightOf(right) || (left.name < right.name ? -1 : 1));
}

function twinFault(file: string, id: RuleId, owner: string | undefined): RuleFault {
  const reason = `has a rule with the id ${id}, which ${owner ?? 'another file'} has too: give one of them another id`;
  return { file, line: undefined, column: undefined, reason };
}
