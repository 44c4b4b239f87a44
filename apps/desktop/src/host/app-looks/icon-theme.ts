// Where the file of an icon may be: the person's theme, what it inherits, hicolor, and the pixmaps of old; the size closest to wanted first.
import { isAbsolute, join } from 'node:path';
import { readKeyFile } from './key-file.ts';
import type { KeyFile } from './key-file.ts';
import { readSmallFile } from '../small-file.ts';

export interface IconPlaces {
  /** Folders with themes in them, the person's own first. */
  readonly themeFolders: readonly string[];
  readonly pixmapFolders: readonly string[];
  /** Names of themes, the one in use first; hicolor need not be named. */
  readonly themes: readonly string[];
}

const WANTED_PX = 64;
const MOST_INDEX_BYTES = 512 * 1024;
const MOST_THEMES = 12;
const MOST_FOLDERS = 64;
const EXTENSIONS = ['png', 'svg'] as const;

/** Paths to try, the best one first. */
export type IconPaths = (icon: string) => readonly string[];

export async function readIconThemes(places: IconPlaces): Promise<IconPaths> {
  const folders = await themeFolders(places);
  return (icon) => {
    if (isAbsolute(icon)) return /\.(?:png|svg)$/.test(icon) ? [icon] : [];
    const name = /^(?!\.)[\w.+@ -]{1,200}$/.exec(icon)?.[0].replace(/\.(?:png|svg|xpm)$/, '');
    if (name === undefined) return [];
    return [...folders, ...places.pixmapFolders].flatMap((folder) =>
      EXTENSIONS.map((extension) => join(folder, `${name}.${extension}`)),
    );
  };
}

async function themeFolders({ themeFolders: bases, themes }: IconPlaces): Promise<readonly string[]> {
  const names = [...themes];
  const folders: string[] = [];
  for (let index = 0; index < names.length && index < MOST_THEMES; index++) {
    const { inherited, sizes } = await readTheme(bases, names[index] ?? '');
    for (const name of inherited) if (name !== 'hicolor' && !names.includes(name)) names.push(name);
    folders.push(...placesOf(bases, names[index] ?? '', sizes));
  }
  const { sizes } = await readTheme(bases, 'hicolor');
  return [...folders, ...placesOf(bases, 'hicolor', sizes.length === 0 ? HICOLOR : sizes)];
}

function placesOf(bases: readonly string[], theme: string, sizes: readonly string[]): readonly string[] {
  return sizes.flatMap((size) => bases.map((base) => join(base, theme, size)));
}

/** What every system has, should the theme's own index be missing. */
const HICOLOR = ['scalable', '64x64', '128x128', '48x48', '256x256', '32x32'].map((size) => `${size}/apps`);

interface Theme {
  readonly inherited: readonly string[];
  /** Its folders with icons of Apps, the closest in size first. */
  readonly sizes: readonly string[];
}

async function readTheme(bases: readonly string[], name: string): Promise<Theme> {
  if (/^(?!\.)[^/\0]{1,100}$/.test(name))
    for (const base of bases) {
      const file = await readSmallFile(join(base, name, 'index.theme'), MOST_INDEX_BYTES);
      if (file !== undefined) return themeOf(readKeyFile(file.content.toString()));
    }
  return { inherited: [], sizes: [] };
}

/** Pure. */
export function themeOf(index: KeyFile): Theme {
  const theme = index.get('Icon Theme');
  const named = [...listOf(theme?.get('Directories')), ...listOf(theme?.get('ScaledDirectories'))];
  const ranked = [...new Set(named)]
    .filter((folder) => isPlain(folder))
    .map((folder) => ({ folder, distance: distanceOf(index.get(folder)) }))
    .filter(({ distance }) => distance !== undefined)
    .toSorted((left, right) => (left.distance ?? 0) - (right.distance ?? 0));
  return {
    inherited: listOf(theme?.get('Inherits')),
    sizes: ranked.slice(0, MOST_FOLDERS).map(({ folder }) => folder),
  };
}

function listOf(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** Below the theme, whatever it says. */
function isPlain(folder: string): boolean {
  return (
    !isAbsolute(folder) && !folder.split('/').some((part) => part.startsWith('.')) && !folder.includes('\0')
  );
}

/** As the specification measures it, in pixels; larger ones before smaller ones. Undefined where no Apps are. */
function distanceOf(folder: ReadonlyMap<string, string> | undefined): number | undefined {
  if (folder === undefined || !/^(?:Applications|Apps)$/i.test(folder.get('Context') ?? 'Applications'))
    return undefined;
  const number = (key: string, absent: number): number => {
    const value = Number(folder.get(key) ?? absent);
    return Number.isFinite(value) && value >= 0 ? value : absent;
  };
  const size = number('Size', 0);
  const scale = number('Scale', 1);
  const [least, most] = { Scalable: ['MinSize', 'MaxSize'] as const }[folder.get('Type') ?? ''] ?? [];
  const from = scale * (least === undefined ? size : number(least, size));
  const to = scale * (most === undefined ? size : number(most, size));
  if (to < WANTED_PX) return 2 * (WANTED_PX - to);
  return Math.max(0, from - WANTED_PX) / 4;
}
