// AppLooks: names and icons of programs from the desktop entries of this machine. Nothing is read until somebody asks; then at most once
// a minute. Icons are served under names that nobody can guess.
import { shownText } from '../../shared/text-safety.ts';
import type { AppLook, AppsToDescribe } from '../../shared/app-look.ts';
import type { PageFile } from '../page-files.ts';
import { readAppEntries } from './app-entries.ts';
import type { AppEntries, EntryPlaces } from './app-entries.ts';
import type { DesktopEntry } from './desktop-entry.ts';
import { iconOf, MOST_ICON_BYTES } from './icon-file.ts';
import { readIconThemes } from './icon-theme.ts';
import type { IconPaths, IconPlaces } from './icon-theme.ts';
import { IconShelf } from './icon-shelf.ts';
import { localizedName } from './localized-name.ts';
import { readSmallFile } from '../small-file.ts';

export type LookPlaces = EntryPlaces & IconPlaces;

interface Readings {
  readonly atMs: number;
  readonly entries: Promise<AppEntries>;
  readonly iconPaths: Promise<IconPaths>;
  /** By icon as entries name it: where it is served. */
  readonly served: Map<string, Promise<string | undefined>>;
}

const READ_AGAIN_MS = 60_000;

export class AppLooks {
  readonly #places: () => Promise<LookPlaces>;
  readonly #nowMs: () => number;
  readonly #icons = new IconShelf();
  #readings: Readings | undefined;

  constructor(places: () => Promise<LookPlaces>, nowMs: () => number = Date.now) {
    this.#places = places;
    this.#nowMs = nowMs;
  }

  /** Those of the Apps that have a look, in order. */
  async describe({ apps, languages }: AppsToDescribe): Promise<readonly AppLook[]> {
    const { entries, iconPaths, served } = this.#read();
    const known = await entries;
    const looks = apps.map(async (app) => {
      const entry = known.get(app);
      return entry === undefined ? undefined : this.#look(app, entry, { languages, served, iconPaths });
    });
    return (await Promise.all(looks)).filter((look) => look !== undefined);
  }

  /** `path` is that of a request, e.g. `/app-icons/…`. */
  icon(path: string): PageFile | undefined {
    return this.#icons.get(path);
  }

  #read(): Readings {
    const nowMs = this.#nowMs();
    const isFresh = this.#readings !== undefined && Math.abs(nowMs - this.#readings.atMs) < READ_AGAIN_MS;
    if (this.#readings !== undefined && isFresh) return this.#readings;
    const places = this.#places();
    this.#readings = {
      atMs: nowMs,
      entries: places.then(readAppEntries),
      iconPaths: places.then(readIconThemes),
      served: new Map(),
    };
    return this.#readings;
  }

  async #look(
    app: string,
    { names, icon }: DesktopEntry,
    {
      languages,
      served,
      iconPaths,
    }: Pick<AppsToDescribe, 'languages'> & Pick<Readings, 'served' | 'iconPaths'>,
  ): Promise<AppLook | undefined> {
    const name = localizedName(names, languages);
    if (name === undefined || !isPlain(name)) return undefined;
    if (icon === undefined) return { app, name };
    const path = served.get(icon) ?? iconPaths.then((pathsOf) => this.#serve(pathsOf(icon)));
    served.set(icon, path);
    const shown = await path;
    return shown === undefined ? { app, name } : { app, name, icon: shown };
  }

  async #serve(paths: readonly string[]): Promise<string | undefined> {
    for (const path of paths) {
      const file = await readSmallFile(path, MOST_ICON_BYTES);
      const icon = file && iconOf(file);
      if (icon !== undefined) return this.#icons.put(icon);
    }
    return undefined;
  }
}

/** A name that hides something, or only looks like another one, is none to show. */
function isPlain(name: string): boolean {
  const { hasEscapes, mixedWords } = shownText(name);
  return !hasEscapes && mixedWords.length === 0;
}
