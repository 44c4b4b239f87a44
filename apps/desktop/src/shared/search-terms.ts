// What a person types into the search field: words, and fields such as `app:curl port:443 action:deny`. Pure. Pages say which fields
// they know; everything else is a word, so that an address with colons can be searched for as it is.

export type SearchTerm<Key extends string = string> =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'field'; readonly key: Key; readonly value: string };

/** In order. A field without a value is still being typed, and is left out. */
export function parseSearch<Key extends string>(
  text: string,
  keys: readonly Key[],
): readonly SearchTerm<Key>[] {
  const terms: SearchTerm<Key>[] = [];
  let rest = text.trimStart();
  while (rest !== '') {
    const key = keyAtStart(rest, keys);
    const read = readValue(key === undefined ? rest : rest.slice(key.length + 1));
    if (key === undefined) terms.push({ kind: 'word', text: read.value });
    else if (read.isThere) terms.push({ kind: 'field', key, value: read.value });
    rest = read.rest.trimStart();
  }
  return terms;
}

/** The text that `parseSearch` reads as these terms. */
export function writeSearch(terms: readonly SearchTerm[], keys: readonly string[]): string {
  return terms
    .map((term) =>
      term.kind === 'field' ? `${term.key}:${written(term.value)}` : writtenWord(term.text, keys),
    )
    .join(' ');
}

/** The same search with this field alone of its key; undefined takes the key out. */
export function withField<Key extends string>(
  text: string,
  field: { readonly key: Key; readonly value: string | undefined },
  keys: readonly Key[],
): string {
  const others = parseSearch(text, keys).filter((term) => term.kind === 'word' || term.key !== field.key);
  const { key, value } = field;
  return writeSearch(value === undefined ? others : [...others, { kind: 'field', key, value }], keys);
}

interface ReadValue {
  readonly value: string;
  readonly rest: string;
  readonly isThere: boolean;
}

function keyAtStart<Key extends string>(text: string, keys: readonly Key[]): Key | undefined {
  const name = /^([A-Za-z]+):/.exec(text)?.[1]?.toLowerCase();
  return keys.find((key) => key === name);
}

function readValue(text: string): ReadValue {
  if (text.startsWith('"')) return readQuoted(text);
  const value = /^\S*/.exec(text)?.[0] ?? '';
  return { value, rest: text.slice(value.length), isThere: value !== '' };
}

/** Up to the closing quote, or to the end where it is missing. A backslash stands before a quote or a backslash that is meant. */
function readQuoted(text: string): ReadValue {
  const inside = /^"((?:[^"\\]|\\[\s\S])*)/.exec(text)?.[1] ?? '';
  const rest = text.slice(inside.length + 1);
  return { value: inside.replaceAll(/\\([\s\S])/g, '$1'), rest: rest.slice(1), isThere: true };
}

function written(value: string): string {
  return value === '' || /\s|^"/.test(value) ? quoted(value) : value;
}

function writtenWord(text: string, keys: readonly string[]): string {
  return keyAtStart(text, keys) === undefined ? written(text) : quoted(text);
}

function quoted(value: string): string {
  return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
