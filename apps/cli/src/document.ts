// What --json prints: the messages of proto/sallyport/v1/firewall.proto in camelCase, with enums as short words and without the
// parts that say nothing. Scripts depend on it: a field is never renamed here, only added.

const ENUM_PREFIXES = /^(?:ACTION|DIRECTION|DECISION_SCOPE|UNKNOWN_FLOWS|HEALTH_STATE)_([A-Z]+)$/;
const ENUM_FIELDS: ReadonlySet<string> = new Set(['action', 'direction', 'scope', 'unknownFlows', 'state']);
// Characters that a terminal could act on; JSON.stringify escapes only those below U+0020.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/** The value as a document: enum words shortened, unspecified enums and absent values left out. */
export function documentOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(documentOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, field]) => {
      const shortened = ENUM_FIELDS.has(key) ? enumWord(field) : documentOf(field);
      return shortened === undefined ? [] : [[key, shortened]];
    }),
  );
}

function enumWord(field: unknown): unknown {
  const word = typeof field === 'string' ? ENUM_PREFIXES.exec(field)?.[1]?.toLowerCase() : undefined;
  if (word === undefined) return documentOf(field);
  return word === 'unspecified' ? undefined : word;
}

/** One line of JSON in which nothing but printable characters stands. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(documentOf(value)).replace(UNPRINTABLE, unicodeEscape);
}

/** The same over several lines, for documents that people read as well. */
export function jsonDocument(value: unknown): string {
  return JSON.stringify(documentOf(value), undefined, 2).replace(UNPRINTABLE, (character) =>
    character === '\n' ? character : unicodeEscape(character),
  );
}

function unicodeEscape(character: string): string {
  return Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}
