// From text to rules: every rule of a text, or every reason why the text is refused.
import type { z } from 'zod';
import type { Rule } from '../domain/rule.ts';
import { finish } from '../platform/sliced-work.ts';
import type { SlicedWork } from '../platform/sliced-work.ts';
import { entryToRule } from './entry-to-rule.ts';
import type { EntryProblem, RuleContext } from './entry-to-rule.ts';
import { LONGEST_FULL_TEXT, readFull } from './full-yaml.ts';
import { plainDocument, readingPlain } from './plain-yaml.ts';
import type { DocumentReading, RuleDocument, TextProblem } from './rule-document.ts';
import { ruleEntrySchema } from './schema.ts';
import type { RuleEntry } from './schema.ts';
import { SharedValues } from './shared-values.ts';
import { isWellFormed } from './well-formed.ts';

/** Line and column are from 1, and undefined where the fault is not in the text. */
export interface RuleFault {
  readonly file: string;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** What is wrong and what to do. */
  readonly reason: string;
}

export type RulesReading =
  | ({ readonly kind: 'rules'; readonly rules: readonly Rule[] } & Pick<RuleDocument, 'shape' | 'isOfBlocks'>)
  | { readonly kind: 'refused'; readonly problems: readonly RuleFault[] };

const MOST_PROBLEMS = 20;

/** Rules that are read in one go. */
const RULES_IN_A_SLICE = 20;

/** Never throws, whatever the text. A text with one bad rule is refused whole. */
export function parseRules(text: string, fileName: string, context: RuleContext): RulesReading {
  return finish(parsingRules(text, fileName, context));
}

/** The same in slices. Only a text that needs the full reader, which is a short one, is read in one go. */
export function* parsingRules(
  text: string,
  fileName: string,
  context: RuleContext,
): SlicedWork<RulesReading> {
  const reading = yield* readingDocument(text);
  if (reading.kind === 'refused') return refusedWith(reading.problems, fileName);
  const { document } = reading;
  const sharing = { ...context, shared: context.shared ?? new SharedValues() };
  const problems: TextProblem[] = [];
  const rules: Rule[] = [];
  const places = new Map<string, number>();
  for (let index = 0; index < document.entries.length && problems.length < MOST_PROBLEMS; index += 1) {
    const read = readEntry(document, index, sharing);
    if (read.kind === 'refused') problems.push(...read.problems);
    else if (places.has(read.rule.id)) problems.push(twin(document, index, places.get(read.rule.id) ?? 0));
    else {
      places.set(read.rule.id, index);
      rules.push(read.rule);
    }
    if (index % RULES_IN_A_SLICE === 0) yield;
  }
  return problems.length === 0
    ? { kind: 'rules', rules, shape: document.shape, isOfBlocks: document.isOfBlocks }
    : refusedWith(problems, fileName);
}

function twin(document: RuleDocument, index: number, firstIndex: number): TextProblem {
  const { line } = document.locate(firstIndex, ['id'], 'value');
  return {
    ...document.locate(index, ['id'], 'value'),
    reason: `id is that of the rule on line ${line} already: give one of them another id`,
  };
}

function refusedWith(problems: readonly TextProblem[], file: string): RulesReading {
  const faults = problems
    .slice(0, MOST_PROBLEMS)
    .map(({ line, column, reason }) => ({ file, line, column, reason }));
  return { kind: 'refused', problems: faults };
}

function* readingDocument(text: string): SlicedWork<DocumentReading> {
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    const before = text.slice(0, nul).split('\n');
    const place = { line: before.length, column: (before.at(-1) ?? '').length + 1 };
    return {
      kind: 'refused',
      problems: [{ ...place, reason: 'is a NUL byte: this is no text file, write it anew' }],
    };
  }
  const plain = yield* readingPlain(text);
  if (plain.kind === 'plain') return { kind: 'document', document: plainDocument(plain) };
  if (text.length > LONGEST_FULL_TEXT) return { kind: 'refused', problems: [tooLong(plain.line)] };
  try {
    return readFull(text);
  } catch (error) {
    // The YAML library throws on some texts instead of reporting (deep recursion, for one); a text never stops the agent.
    return { kind: 'refused', problems: [{ reason: `cannot be read as YAML: ${String(error)}` }] };
  }
}

function tooLong(line: number): TextProblem {
  const reason =
    `is not one plain "key: value" with a key of a rule, which every line of a file above ${LONGEST_FULL_TEXT / 1024} KiB must be: ` +
    'write it so (lists in brackets), or split the file';
  return { line, column: 1, reason };
}

type PlacedReading =
  | { readonly kind: 'rule'; readonly rule: Rule }
  | { readonly kind: 'refused'; readonly problems: readonly TextProblem[] };

function readEntry(document: RuleDocument, index: number, context: Required<RuleContext>): PlacedReading {
  const entry = document.entries[index];
  if (isWellFormed(entry)) return readRule(entry, { document, index, context });
  const parsed = ruleEntrySchema.safeParse(entry);
  if (parsed.success) return readRule(parsed.data, { document, index, context });
  return placed(document, index, parsed.error.issues.flatMap(issueProblems));
}

interface EntryPlace {
  readonly document: RuleDocument;
  readonly index: number;
  readonly context: Required<RuleContext>;
}

function readRule(entry: RuleEntry, { document, index, context }: EntryPlace): PlacedReading {
  const read = entryToRule(entry, context);
  return read.kind === 'rule' ? read : placed(document, index, read.problems);
}

function placed(document: RuleDocument, index: number, problems: readonly EntryProblem[]): PlacedReading {
  return {
    kind: 'refused',
    problems: problems.map(({ path, reason }) => {
      const isAboutKey = reason === UNKNOWN_KEY;
      const subject = path.length === 0 ? 'this' : String(path[0]);
      return {
        ...document.locate(index, path, isAboutKey ? 'key' : 'value'),
        reason: `${subject} ${reason}`,
      };
    }),
  };
}

const UNKNOWN_KEY = 'is not a key of a rule: correct its spelling or remove it';

function issueProblems(issue: z.core.$ZodIssue): readonly EntryProblem[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [key], reason: UNKNOWN_KEY }));
  if (issue.path.length === 0)
    return [{ path: [], reason: 'is not a rule: write keys such as id: and action:' }];
  return [{ path: issue.path, reason: issue.message }];
}
