// A desktop entry as it tells of itself: names, icon, and the command that starts its program. Foreign bytes, pure.
import { readKeyFile, unescaped } from './key-file.ts';

export interface DesktopEntry {
  /** By locale as the entry writes it, e.g. `zh_CN`; '' for the one without. */
  readonly names: ReadonlyMap<string, string>;
  readonly icon: string | undefined;
  readonly exec: string;
  readonly tryExec: string | undefined;
  /** In no menu: a helper of another entry. */
  readonly isHelper: boolean;
}

const LONGEST_NAME = 120;
const LONGEST_VALUE = 2000;
const MOST_NAMES = 400;

/** Undefined for what is no entry of a program, or was taken back by `Hidden`. */
export function readDesktopEntry(text: string): DesktopEntry | undefined {
  const group = readKeyFile(text).get('Desktop Entry');
  if (group?.get('Type') !== 'Application' || group.get('Hidden') === 'true') return undefined;
  const exec = group.get('Exec') ?? '';
  const names = namesOf(group);
  if (exec === '' || exec.length > LONGEST_VALUE || !names.has('')) return undefined;
  return {
    names,
    icon: shortValue(group.get('Icon')),
    exec,
    tryExec: shortValue(group.get('TryExec')),
    isHelper: group.get('NoDisplay') === 'true',
  };
}

function shortValue(value: string | undefined): string | undefined {
  const text = value === undefined || value.length > LONGEST_VALUE ? undefined : unescaped(value);
  return text === '' ? undefined : text;
}

function namesOf(group: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [key, value] of group) {
    const locale = key === 'Name' ? '' : /^Name\[([\w.@-]{2,40})\]$/.exec(key)?.[1];
    const name = value.length > LONGEST_NAME ? undefined : unescaped(value);
    if (locale !== undefined && name !== undefined && name !== '' && names.size < MOST_NAMES)
      names.set(locale, name);
  }
  return names;
}

/** The words of an Exec line; undefined where its quoting does not come out even. */
export function execWords(exec: string): readonly string[] | undefined {
  const text = unescaped(exec);
  if (text === undefined) return undefined;
  const words: string[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const [whole, quoted, plain] = WORD.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    words.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll(/\\(["`$\\])/g, '$1'));
    rest = rest.slice(whole.length);
  }
  return words;
}

/** In quotes everything but a bare reserved character; outside of them no reserved character at all. */
const WORD = /^(?:"((?:[^"`$\\]|\\["`$\\])*)"|([^\s"'\\><~|&;$*?#()`]+))(?:\s+|$)/;

export interface Command {
  /** A path, or a name to be looked up. */
  readonly program: string;
  /** It is told what to do by more than options and what is opened: an interpreter with its script, a launcher with its App. */
  readonly hasOrders: boolean;
}

/** `env NAME=value program` counts as the program; what else may stand before it is a program of its own. */
export function commandOf(exec: string): Command | undefined {
  const words = execWords(exec);
  if (words === undefined) return undefined;
  const isEnv = /^(?:\/usr)?(?:\/bin\/)?env$/.test(words[0] ?? '');
  const from = isEnv ? words.findIndex((word, index) => index > 0 && !/^\w+=/.test(word)) : 0;
  const [program, ...rest] = from < 0 ? [] : words.slice(from);
  if (program === undefined || program === '' || program.startsWith('-')) return undefined;
  return { program, hasOrders: rest.some((word) => !IS_HARMLESS.test(word)) };
}

/** A place for what is opened, or an option that names no file and no App inside of the program. */
const IS_HARMLESS = /^(?:%[a-zA-Z]|-(?!-?app)[^/]*)$/;
