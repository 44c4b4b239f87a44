// The last good version of every rule file, kept beside the agent's state: what stays in force while a file is broken,
// also across restarts. A copy of the text says what it was read with, so that it means the same for ever.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from '../domain/rule.ts';
import type { SlicedWork } from '../platform/sliced-work.ts';
import { removeIfThere, removeTemporaryFiles, writeFileAtomically } from './atomic-file.ts';
import { parseRules } from './parse-rules.ts';
import { writingRules } from './rule-to-entry.ts';

const HEAD =
  '# The last good version of the rule file of this name. Sallyport uses it while that file is broken.\n';

/** The head of a copy of a text. One of rules that were written out has no third line: they need nothing besides. */
const HEAD_OF_TEXT = /^#[^\n]*\n# Version: [^\n]*\n# Read with: ([^\n]*)\n/;

/** The text of a file, and what its rules depend on besides. */
export interface ReadText {
  readonly text: string;
  /** When its rules were made that do not say so, milliseconds since 1970. */
  readonly createdAtMs: number;
  /** User ids of the names in it. */
  readonly users: ReadonlyMap<string, number>;
}

export interface GoodVersion {
  /** Of the file's text. */
  readonly digest: string;
  readonly rules: readonly Rule[];
  /** Undefined where it was read a while ago: then the rules are written out. */
  readonly read: ReadText | undefined;
}

export class LastGoodVersions {
  readonly #directory: string;
  readonly #names: Set<string>;

  constructor(stateDirectory: string) {
    this.#directory = join(stateDirectory, 'last-good');
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    removeTemporaryFiles(this.#directory);
    this.#names = new Set(readdirSync(this.#directory).filter((name) => name.endsWith('.yaml')));
  }

  /** Of the files that there is a version of. */
  get names(): ReadonlySet<string> {
    return this.#names;
  }

  /** Undefined where there is none, or the copy itself was damaged. */
  rulesOf(name: string): readonly Rule[] | undefined {
    const text = this.#text(name);
    const read = text === undefined ? undefined : readOf(text);
    if (read === undefined) return undefined;
    const { createdAtMs, users } = read;
    const reading = parseRules(read.text, name, { createdAtMs, resolveUser: (user) => users.get(user) });
    return reading.kind === 'rules' ? reading.rules : undefined;
  }

  /** Whether the copy was made of a file with this digest, when its user names meant the same users. */
  holds(name: string, { digest, rules }: Omit<GoodVersion, 'read'>): boolean {
    return this.#text(name)?.startsWith(headOf(digest, rules)) === true;
  }

  /** Throws the system's error. */
  *keep(name: string, version: GoodVersion): SlicedWork<void> {
    const { digest, rules, read } = version;
    const body = read === undefined ? yield* writingRules(rules) : `${readWithLine(read)}${read.text}`;
    writeFileAtomically(this.#directory, name, { text: headOf(digest, rules) + body, durable: false });
    this.#names.add(name);
  }

  forget(name: string): void {
    removeIfThere(join(this.#directory, name));
    this.#names.delete(name);
  }

  #text(name: string): string | undefined {
    try {
      return readFileSync(join(this.#directory, name), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
}

function headOf(fileDigest: string, rules: readonly Rule[]): string {
  const hash = createHash('sha256').update(fileDigest);
  for (const { matcher } of rules) if (matcher.uid !== undefined) hash.update(` ${matcher.uid}`);
  return `${HEAD}# Version: ${hash.digest('hex')}\n`;
}

function readWithLine({ createdAtMs, users }: ReadText): string {
  return `# Read with: ${JSON.stringify({ createdAtMs, users: [...users] } satisfies ReadWith)}\n`;
}

interface ReadWith {
  readonly createdAtMs: number;
  readonly users: readonly (readonly [string, number])[];
}

/** Undefined where the copy is damaged. */
function readOf(copy: string): ReadText | undefined {
  const [head, line] = HEAD_OF_TEXT.exec(copy) ?? [];
  if (head === undefined || line === undefined) return { text: copy, createdAtMs: 0, users: new Map() };
  try {
    const { createdAtMs, users } = JSON.parse(line) as ReadWith;
    return { text: copy.slice(head.length), createdAtMs, users: new Map(users) };
  } catch {
    return undefined;
  }
}
