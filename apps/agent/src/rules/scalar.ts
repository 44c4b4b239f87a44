// Scalars of plain rule files: the small part of YAML on which our own fast reader and any YAML parser agree by construction.

export type Scalar = string | number | boolean;

const WHOLE_NUMBER = /^(0|-?[1-9]\d{0,14})$/;
/** Words without a colon, a comment or a quote in them: one plain scalar wherever they stand, commas apart. */
const WORDS = /^[A-Za-z/][A-Za-z0-9/._+@,()-]*( [A-Za-z0-9/._+@,()-]+)*$/;
const NOT_TEXT = /^(true|false|null|y|n|yes|no|on|off)$/i;
/** IPv4 with or without prefix length, a port range, a time, IPv6: text that begins like a number and is none. */
const NUMERIC_TEXT =
  /^(\d+\.\d+\.\d+\.\d+(\/\d+)?|\d+-\d+|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|[0-9a-f]{1,4}:[0-9a-f:]*([0-9a-f]|\/\d+))$/;
const QUOTED = /^"([^"\\\p{Cc}\p{Cs}\u2028\u2029\ufeff]|\\["\\nt]|\\u(?!d[89a-f])[0-9a-f]{4})*"$/u;

/** Reads a scalar that may stand after `key: `. Undefined: leave it to the YAML parser. */
export function readScalar(text: string): Scalar | undefined {
  if (WHOLE_NUMBER.test(text)) return Number(text);
  if (NOT_TEXT.test(text)) return text === 'true' || text === 'false' ? text === 'true' : undefined;
  if (WORDS.test(text) || NUMERIC_TEXT.test(text)) return text;
  return QUOTED.test(text) ? (JSON.parse(text) as string) : undefined;
}

/** Reads an item of a list in brackets, where commas separate. Undefined: leave it to the YAML parser. */
export function readListItem(text: string): Scalar | undefined {
  return /^[^ ,"]+$|^"[^",]*"$/.test(text) ? readScalar(text) : undefined;
}

/** Text that every YAML parser and `readScalar` read as the same value. */
export function writeScalar(value: Scalar): string {
  const text = String(value);
  return readScalar(text) === value || typeof value !== 'string' ? text : quoted(value);
}

/** As `writeScalar`, for an item of a list in brackets. */
export function writeListItem(value: Scalar): string {
  return readListItem(String(value)) === value || typeof value !== 'string' ? String(value) : quoted(value);
}

function quoted(text: string): string {
  const escaped = text
    .replaceAll(/["\\]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\t', String.raw`\t`);
  return `"${escaped.replaceAll(/[\p{Cc}\u2028\u2029\ufeff]/gu, escape)}"`;
}

function escape(character: string): string {
  return String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
