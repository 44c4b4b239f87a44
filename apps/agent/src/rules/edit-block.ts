// A rule of a large list is edited as a text of its own: the block of lines that it is. The rest is neither read nor written anew.
import type { RuleId } from '../domain/rule.ts';
import { isComment } from './plain-yaml.ts';
import { writeScalar } from './scalar.ts';

/** A text in three. */
export interface Block {
  readonly before: string;
  /** From the hyphen to the line before the next one: a list of one rule. */
  readonly own: string;
  readonly after: string;
}

/** Of a text that is plain. Undefined where the rule does not begin with its id. */
export function blockOf(text: string, id: RuleId): Block | undefined {
  const start = lineIn(text, `- id: ${writeScalar(id)}`);
  if (start === undefined) return undefined;
  const next = text.indexOf('\n- ', start);
  const end = next < 0 ? text.length : next + 1;
  return { before: text.slice(0, start), own: text.slice(start, end), after: text.slice(end) };
}

/** Where the line begins. */
function lineIn(text: string, line: string): number | undefined {
  if (text.startsWith(`${line}\n`)) return 0;
  const place = text.indexOf(`\n${line}\n`);
  return place < 0 ? undefined : place + 1;
}

/** What a person wrote between the lines of a rule stays. */
export function commentsOf({ own }: Block): string {
  return own.split('\n').filter(isComment).join('\n');
}
