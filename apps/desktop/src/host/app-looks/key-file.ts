// The format that desktop entries and icon themes share: groups of `key=value` lines. Foreign bytes: whatever does not fit is left out.

export type KeyFile = ReadonlyMap<string, ReadonlyMap<string, string>>;

const MOST_LINES = 20_000;

/** The first of two groups or keys with one name counts, so that what is appended changes nothing. */
export function readKeyFile(text: string): KeyFile {
  const groups = new Map<string, Map<string, string>>();
  let group: Map<string, string> | undefined;
  for (const line of text.split('\n', MOST_LINES)) {
    const name = /^\[([^[\]]+)\]\s*$/.exec(line)?.[1];
    if (name !== undefined) {
      group = groups.has(name) ? new Map() : new Map<string, string>();
      if (!groups.has(name)) groups.set(name, group);
    } else if (group !== undefined) takeLine(group, line);
  }
  return groups;
}

function takeLine(group: Map<string, string>, line: string): void {
  const at = line.indexOf('=');
  if (at <= 0 || line.startsWith('#')) return;
  const key = line.slice(0, at).trimEnd();
  if (!group.has(key)) group.set(key, line.slice(at + 1).trim());
}

const ESCAPED: Readonly<Record<string, string>> = { s: ' ', n: '\n', t: '\t', r: '\r', '\\': '\\' };

/** The value as it was meant; undefined where an escape is none. */
export function unescaped(value: string): string | undefined {
  const escapes = value.match(/\\.?/gs) ?? [];
  if (!escapes.every((escape) => Object.hasOwn(ESCAPED, escape.slice(1)))) return undefined;
  return value.replaceAll(/\\(.)/gs, (_, letter: string) => ESCAPED[letter] ?? '');
}
