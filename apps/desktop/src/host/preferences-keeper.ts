// PreferencesKeeper: the preferences in force, their file, and whoever follows. Another host, or a person with an editor, may change
// the file at any time: it is read anew when its folder says so, and before each change.
import { mkdirSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readPreferences } from '../shared/preferences.ts';
import type { KeptPreferences, PreferenceChange } from '../shared/preferences.ts';
import { NotKeptError } from './desktop-error.ts';
import { fileBehind, readContent, writeContent } from './preferences-file.ts';

export interface PreferencesKeeperOptions {
  /** Absent: they are forgotten at the end. */
  readonly file: string | undefined;
  readonly onChange: (kept: KeptPreferences) => void;
}

type Fields = Readonly<Record<string, unknown>>;

export class PreferencesKeeper {
  readonly #file: string | undefined;
  readonly #onChange: PreferencesKeeperOptions['onChange'];
  readonly #watcher: FSWatcher | undefined;
  /** With those of other versions, which stay in the file. */
  #fields: Fields = {};
  #kept: KeptPreferences = keptOf({});
  /** In force, and not in the file because it could not be written. */
  #notStored: PreferenceChange = {};

  constructor({ file, onChange }: PreferencesKeeperOptions) {
    this.#file = file === undefined ? undefined : fileBehind(file);
    this.#onChange = onChange;
    this.#watcher = this.#file === undefined ? undefined : watched(this.#file, () => this.#follow());
    this.#read();
  }

  get now(): KeptPreferences {
    return this.#kept;
  }

  /** They are in force even where they cannot be stored; then it throws a NotKeptError. */
  change(change: PreferenceChange): KeptPreferences {
    this.#read();
    this.#notStored = { ...this.#notStored, ...change };
    this.#fields = { ...this.#fields, ...change };
    const problem = this.#write();
    this.#tell(keptOf(this.#fields, this.#file));
    if (problem !== undefined) throw problem;
    return this.#kept;
  }

  end(): void {
    this.#watcher?.close();
  }

  #write(): NotKeptError | undefined {
    if (this.#file === undefined) return undefined;
    try {
      writeContent(this.#file, this.#fields);
      this.#notStored = {};
      return undefined;
    } catch (failure) {
      return new NotKeptError(this.#file, failure);
    }
  }

  #follow(): void {
    const before = this.#kept;
    this.#read();
    if (!isDeepStrictEqual(before, this.#kept)) this.#onChange(this.#kept);
  }

  #tell(kept: KeptPreferences): void {
    this.#kept = kept;
    this.#onChange(kept);
  }

  /** A file that is gone says nothing, and neither does one that cannot be read: what was in force stays. */
  #read(): void {
    if (this.#file === undefined) return;
    const content = readContent(this.#file);
    if (content.kind === 'fields') {
      this.#fields = { ...content.fields, ...this.#notStored };
      this.#kept = keptOf(this.#fields, this.#file);
    } else if (content.kind === 'unreadable') {
      const problem = { kind: 'unreadable', file: this.#file, what: content.what } as const;
      this.#kept = { chosen: this.#kept.chosen, problem };
    }
  }
}

function keptOf(fields: Fields, file = ''): KeptPreferences {
  const { preferences, unusable } = readPreferences(fields);
  if (unusable.length === 0) return { chosen: preferences };
  return { chosen: preferences, problem: { kind: 'fields', file, what: unusable.join(', ') } };
}

/** Undefined where the folder can be neither made nor watched: then only changes of our own are known. */
function watched(file: string, onEvent: () => void): FSWatcher | undefined {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
      if (name === basename(file)) onEvent();
    });
    return watcher.on('error', () => watcher.close());
  } catch {
    return undefined;
  }
}
