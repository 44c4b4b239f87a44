// AppEntries: which desktop entry belongs to a program, as far as that is certain. A desktop entry is a claim of whoever could write it, so
// that none is better than a wrong one: what several share, what runs for others, and what takes another's name or icon is left out.
import { join } from 'node:path';
import { ordersOf } from '../../shared/order-runner.ts';
import { commandOf, readDesktopEntry } from './desktop-entry.ts';
import type { DesktopEntry } from './desktop-entry.ts';
import { executableFinder, startedBy } from './executable.ts';
import { namesBelow, readSmallFile } from '../small-file.ts';

export interface EntryPlaces {
  /** Folders that have `applications`, the person's own first. */
  readonly dataFolders: readonly string[];
  /** Where programs are looked up by name. */
  readonly programFolders: readonly string[];
}

/** By the real path of the program. */
export type AppEntries = ReadonlyMap<string, DesktopEntry>;

export interface FoundEntry {
  /** The same in two folders: the first one replaces the other. */
  readonly id: string;
  readonly isReplaced: boolean;
  /** Root wrote it. */
  readonly isSystems: boolean;
  readonly entry: DesktopEntry;
  /** Undefined where it is not certain. */
  readonly program: string | undefined;
  readonly hasOrders: boolean;
}

const MOST_ENTRIES = 4000;
const MOST_BYTES = 256 * 1024;
const AT_ONCE = 16;

export async function readAppEntries(places: EntryPlaces): Promise<AppEntries> {
  const files: { readonly id: string; readonly path: string }[] = [];
  for (const folder of places.dataFolders) {
    const applications = join(folder, 'applications');
    const most = MOST_ENTRIES - files.length;
    for (const name of await namesBelow(applications, { extension: '.desktop', depth: 4, most }))
      files.push({ id: name.replaceAll('/', '-'), path: join(applications, name) });
  }
  return assigned(await readAll(files, places));
}

async function readAll(
  files: readonly { readonly id: string; readonly path: string }[],
  { programFolders }: EntryPlaces,
): Promise<readonly FoundEntry[]> {
  const find = executableFinder(programFolders);
  const seen = new Set<string>();
  const found: FoundEntry[] = [];
  const readOne = async (path: string): Promise<Omit<FoundEntry, 'id' | 'isReplaced'> | undefined> => {
    const file = await readSmallFile(path, MOST_BYTES);
    const entry = file && readDesktopEntry(file.content.toString());
    if (file === undefined || entry === undefined) return undefined;
    const command = commandOf(entry.exec);
    const isThere = entry.tryExec === undefined || (await startedBy(entry.tryExec, programFolders));
    const program = command === undefined || !isThere ? undefined : await find(command.program);
    return { isSystems: file.isSystems, entry, program, hasOrders: command?.hasOrders ?? true };
  };
  for (let from = 0; from < files.length; from += AT_ONCE) {
    const some = files.slice(from, from + AT_ONCE);
    const read = await Promise.all(some.map(({ path }) => readOne(path)));
    for (const [index, { id }] of some.entries()) {
      const one = read[index];
      if (one !== undefined) found.push({ ...one, id, isReplaced: seen.has(id) });
      seen.add(id);
    }
  }
  return found;
}

/** Programs that start others, beside the interpreters and tools that cards know. */
const LAUNCHERS =
  /^(?:snap|flatpak|bwrap|electron[\d.]*|wine[\w-]*|gtk-launch|xdg-open|gio|kioclient\d*|systemd-run|sudo|pkexec|kdesu|gjs(?:-console)?|qml\d*|appimage-?run|firejail|setpriv|nsenter|unshare|xterm|x-terminal-emulator)$/;

function runsOthers(program: string): boolean {
  return LAUNCHERS.test(program.slice(program.lastIndexOf('/') + 1)) || ordersOf(program, []) !== undefined;
}

/** Pure. */
export function assigned(found: readonly FoundEntry[]): AppEntries {
  const valid = found.filter(({ isReplaced }) => !isReplaced);
  const byProgram = Map.groupBy(valid, ({ program }) => program);
  const owners = claimsOf(found.filter(({ isSystems }) => isSystems));
  const entries = new Map<string, DesktopEntry>();
  for (const [program, sharing] of byProgram) {
    if (program === undefined || runsOthers(program)) continue;
    const one = onlyOne(sharing);
    if (one !== undefined && isHonest(one, owners)) entries.set(program, one.entry);
  }
  return entries;
}

/** Helpers, such as what opens a browser's links, belong to the one that is in the menu. */
function onlyOne(sharing: readonly FoundEntry[]): FoundEntry | undefined {
  if (sharing.some(({ hasOrders }) => hasOrders)) return undefined;
  const inMenu = sharing.filter(({ entry }) => !entry.isHelper);
  const candidates = inMenu.length === 0 ? sharing : inMenu;
  return candidates.length === 1 ? candidates[0] : undefined;
}

type Claims = ReadonlyMap<string, ReadonlySet<string | undefined>>;

function claimsOf(found: readonly FoundEntry[]): Claims {
  const owners = new Map<string, Set<string | undefined>>();
  for (const { entry, program } of found)
    for (const claim of claims(entry)) owners.set(claim, (owners.get(claim) ?? new Set()).add(program));
  return owners;
}

function claims({ names, icon }: DesktopEntry): readonly string[] {
  const plain = [...names.values()].map((name) => `name ${name.normalize('NFKC').toLowerCase()}`);
  return icon === undefined ? plain : [...plain, `icon ${icon}`];
}

/** Takes neither name nor icon that the system has given to another program. */
function isHonest({ entry, isSystems, program }: FoundEntry, owners: Claims): boolean {
  return isSystems || claims(entry).every((claim) => owners.get(claim)?.has(program) ?? true);
}
