// The last good version of every rule file, kept beside the agent's state: what stays in force while a file is broken,
// also across restarts. User names are kept as ids, so that a copy means the same for ever.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Rule } from '../domain/rule.ts';
import type { SlicedWork } from '../platform/sliced-work.ts';
import { removeIfThere, removeTemporaryFiles, writeFileAtomically } from './atomic-file.ts';
import { parseRules } from './parse-rules.ts';
import { rulesText } from './rule-to-entry.ts';

const HEAD =
  '# The last good version of the rule file of this name. Sallyport uses it while that file is broken.\n';

const RULES_IN_A_SLICE = 100;

export interface GoodVersion {
  /** Of the file's text. */
  readonly digest: string;
  readonly rules: readonly Rule[];
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
    if (text === undefined) return undefined;
    const reading = parseRules(text, name, { resolveUser: () => undefined, createdAtMs: 0 });
    return reading.kind === 'rules' ? reading.rules : undefined;
  }

  /** Whether the copy was made of a file with this digest, when its user names meant the same users. */
  holds(name: string, { digest, rules }: GoodVersion): boolean {
    return this.#text(name)?.startsWith(headOf(digest, rules)) === true;
  }

  /** Throws the system's error. */
  *keep(name: string, { digest, rules }: GoodVersion): SlicedWork<void> {
    const parts = [headOf(digest, rules)];
    for (let from = 0; from === 0 || from < rules.length; from += RULES_IN_A_SLICE) {
      parts.push(rulesText(rules.slice(from, from + RULES_IN_A_SLICE)));
      yield;
    }
    writeFileAtomically(this.#directory, name, { text: parts.join(''), durable: false });
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
