// Reads fields of requests, which may hold anything: each reader returns the value or throws an InvalidField that names
// the field, what was wrong and what is expected.
import { status } from '@grpc/grpc-js';
import { RefusedCall } from '../refusal.ts';

export class InvalidField extends RefusedCall {
  constructor(field: string, wrong: string, expected: string) {
    super(status.INVALID_ARGUMENT, `The field \`${field}\` ${wrong}. Expected: ${expected}.`);
  }
}

/** A hostile value as it may be shown: quoted and short. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}...` : text;
}

export interface TextLimits {
  readonly longest: number;
  readonly pattern?: RegExp;
  readonly expected: string;
}

/** Text as given. U+FFFD stands for bytes that were not UTF-8. */
export function readText(field: string, value: string, limits: TextLimits): string {
  if (value.length > limits.longest)
    throw new InvalidField(field, `is ${value.length} characters long`, `at most ${limits.longest}`);
  if (value.includes('\u{fffd}') || !value.isWellFormed())
    throw new InvalidField(field, 'is not valid UTF-8', limits.expected);
  if (limits.pattern && !limits.pattern.test(value))
    throw new InvalidField(field, value === '' ? 'is empty' : `is ${shown(value)}`, limits.expected);
  return value;
}

const TOKEN: TextLimits = {
  longest: 200,
  pattern: /^[!-.0-~]+$/,
  expected: 'an id as the agent gave it: printable ASCII without spaces and slashes',
};

/** Id of a prompt or flow, or an undo token. */
export function readToken(field: string, value: string): string {
  return readText(field, value, TOKEN);
}

/** As long as in a rule file. */
const RULE_ID: TextLimits = {
  longest: 128,
  pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
  expected: 'letters, digits, dots, dashes and underscores, starting with a letter or digit',
};

export function readRuleId(field: string, value: string): string {
  return readText(field, value, RULE_ID);
}

export interface NumberRange {
  readonly from: number;
  readonly to: number;
  readonly unit?: string;
}

/** A finite number within the range, ends included. */
export function readNumber(field: string, value: number, range: NumberRange): number {
  if (value >= range.from && value <= range.to) return value;
  throw new InvalidField(
    field,
    `is ${value}`,
    `a number${range.unit ?? ''} from ${range.from} to ${range.to}`,
  );
}

export function readPort(field: string, value: number): number {
  return readNumber(field, value, { from: 0, to: 65_535 });
}

/** The highest value means "no user" to the kernel. */
export function readUid(field: string, value: number): number {
  return readNumber(field, value, { from: 0, to: 0xffff_fffe });
}

/** The domain's word for a wire enum's name; the unspecified value and unknown numbers are refused. */
export function readEnum<T>(field: string, value: unknown, words: Readonly<Record<string, T>>): T {
  const word = typeof value === 'string' && Object.hasOwn(words, value) ? words[value] : undefined;
  if (word === undefined)
    throw new InvalidField(field, `is ${shown(value)}`, `one of ${Object.keys(words).join(', ')}`);
  return word;
}

/** A message that must be there. */
export function readPresent<T>(field: string, value: T | undefined, expected: string): T {
  if (value === undefined) throw new InvalidField(field, 'is missing', expected);
  return value;
}

/** A list of bounded length; undefined when it is empty, which on the wire means that it was not given. */
export function readList<W, D>(
  field: string,
  values: readonly W[],
  item: { readonly longest: number; readonly read: (field: string, value: W) => D },
): readonly D[] | undefined {
  if (values.length > item.longest)
    throw new InvalidField(field, `has ${values.length} entries`, `at most ${item.longest}`);
  if (values.length === 0) return undefined;
  return values.map((value, index) => item.read(`${field}[${index}]`, value));
}
