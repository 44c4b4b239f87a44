// Changes or removes one rule in the text of a file, and proves that it reads back as it was meant.
import { isDeepStrictEqual } from 'node:util';
import type { Rule } from '../domain/rule.ts';
import { blockOf, commentsOf } from './edit-block.ts';
import type { Block } from './edit-block.ts';
import { removeRule, replaceRule } from './edit-rules.ts';
import type { RulesReading } from './parse-rules.ts';

export interface RuleEdit {
  readonly previous: Rule;
  /** Undefined: it is removed. */
  readonly next: Rule | undefined;
}

export interface EditableFile {
  readonly text: string;
  /** What the text says, where that is known and each rule is a block of its own. */
  readonly rules: readonly Rule[] | undefined;
  readonly parse: (text: string) => RulesReading;
}

export interface EditedFile {
  /** Undefined where no rule is left. */
  readonly text: string | undefined;
  /** What it says, where that is known without reading it. */
  readonly rules: readonly Rule[] | undefined;
}

/** Throws where the rule would not read back the same. */
export function editedFile(file: EditableFile, edit: RuleEdit): EditedFile {
  return inBlock(file, edit) ?? { text: inText(file, edit), rules: undefined };
}

/** Undefined where the whole text has to be looked at. */
function inBlock({ text, rules = [], parse }: EditableFile, edit: RuleEdit): EditedFile | undefined {
  const { previous, next } = edit;
  const index = rules.findIndex(({ id }) => id === previous.id);
  const block = index < 0 || rules.length === 1 ? undefined : blockOf(text, previous.id);
  if (block === undefined) return undefined;
  if (next === undefined) return { text: around(block, commentsOf(block)), rules: rules.toSpliced(index, 1) };
  const own = replaceRule(block.own, previous, next);
  return { text: around(block, own), rules: rules.with(index, readBack(parse(own), next)) };
}

function around({ before, after }: Block, own: string): string {
  return `${before}${own}${after}`;
}

function inText({ text, parse }: EditableFile, { previous, next }: RuleEdit): string | undefined {
  if (next === undefined) return removeRule(text, previous.id);
  const edited = replaceRule(text, previous, next);
  readBack(parse(edited), next);
  return edited;
}

/** Files that do not say when a rule was made say it in their own way. */
function readBack(reading: RulesReading, expected: Rule): Rule {
  const rule = reading.kind === 'rules' ? reading.rules.find(({ id }) => id === expected.id) : undefined;
  if (rule !== undefined && isDeepStrictEqual({ ...rule, createdAtMs: expected.createdAtMs }, expected))
    return rule;
  throw new Error(
    'the rule could not be written in place so that it reads back the same: edit the file by hand',
  );
}
