// Where desktop entries, icons and the name of the icon theme are for this person, by the rules of freedesktop.org.
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import type { LookPlaces } from './app-looks.ts';
import { readKeyFile } from './key-file.ts';
import { readSmallFile } from '../small-file.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const MOST_FOLDERS = 24;
const MOST_SETTINGS_BYTES = 64 * 1024;
/** In use where the person's desktop names none in a file. */
const USUAL_THEMES = ['Adwaita', 'breeze'];

export async function lookPlaces(environment: Environment): Promise<LookPlaces> {
  const home = folderOf(environment['HOME']) ?? homedir();
  const own = folderOf(environment['XDG_DATA_HOME']) ?? join(home, '.local/share');
  const dataFolders = unique([own, ...folders(environment['XDG_DATA_DIRS'], USUAL_DATA), ...exported(own)]);
  const themeFolders = unique([join(home, '.icons'), ...dataFolders.map((folder) => join(folder, 'icons'))]);
  const config = folderOf(environment['XDG_CONFIG_HOME']) ?? join(home, '.config');
  return {
    dataFolders,
    programFolders: folders(environment['PATH'], USUAL_PROGRAMS),
    themeFolders,
    pixmapFolders: unique(dataFolders.map((folder) => join(folder, 'pixmaps'))),
    themes: unique([...(await chosenThemes(config)), ...USUAL_THEMES]),
  };
}

const USUAL_DATA = ['/usr/local/share', '/usr/share'];
const USUAL_PROGRAMS = ['/usr/local/bin', '/usr/bin', '/bin'];

/** Of Flatpak and Snap, for a shell that was started without the session's environment. */
function exported(own: string): readonly string[] {
  return [join(own, 'flatpak/exports/share'), '/var/lib/flatpak/exports/share', '/var/lib/snapd/desktop'];
}

function folderOf(path: string | undefined): string | undefined {
  return path !== undefined && isAbsolute(path) ? path : undefined;
}

function folders(list: string | undefined, usual: readonly string[]): readonly string[] {
  const named = (list ?? '').split(delimiter).filter(isAbsolute);
  return unique(named.length === 0 ? usual : named);
}

function unique(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.map((path) => path.replace(/(?<=.)\/+$/, '')))].slice(0, MOST_FOLDERS);
}

const SETTINGS = [
  ['kdeglobals', 'Icons', 'Theme'],
  ['gtk-4.0/settings.ini', 'Settings', 'gtk-icon-theme-name'],
  ['gtk-3.0/settings.ini', 'Settings', 'gtk-icon-theme-name'],
] as const;

async function chosenThemes(config: string): Promise<readonly string[]> {
  const themes: string[] = [];
  for (const [name, group, key] of SETTINGS) {
    const file = await readSmallFile(join(config, name), MOST_SETTINGS_BYTES);
    const theme = file && readKeyFile(file.content.toString()).get(group)?.get(key);
    if (theme !== undefined && theme !== '') themes.push(theme.replaceAll('"', ''));
  }
  return themes;
}
