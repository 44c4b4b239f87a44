// Takes kernel modules away from a guest as if its kernel came without them, and gives them back. For guests of test/vm only:
// their files are a layer in memory over the host's.
import { mkdtempSync, readFileSync, renameSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { finish, run } from '../lab/commands.ts';

const isGuest = process.env['SALLYPORT_GUEST'] === '1';

/** For node:test: `{ skip: needsGuest }`. */
export const needsGuest = isGuest
  ? false
  : 'takes modules away from the kernel: run npm run test:vm -- 6.1 --only guest';

/** Returns what brings the modules back. */
export async function withoutModules(...names: readonly string[]): Promise<() => void> {
  if (!isGuest) throw new Error('only in a guest of test/vm');
  const hidden = mkdtempSync(join(tmpdir(), 'sallyport-modules-'));
  const files = names.map(moduleFile);
  for (const file of files) renameSync(file, join(hidden, basename(file)));
  for (const name of names) await unload(name);
  return () => files.forEach((file) => symlinkSync(join(hidden, basename(file)), file));
}

function moduleFile(name: string): string {
  return run('modinfo', '--field', 'filename', name).trim();
}

/** With all that use it. A namespace that was deleted may hold it for a moment longer. */
async function unload(name: string): Promise<void> {
  for (let tries = 0; isLoaded(name); tries += 1) {
    const { stderr } = await finish('modprobe', ['--remove', '--remove-holders', name]);
    if (tries === 50) throw new Error(`${name} cannot be unloaded: ${stderr}`);
    if (isLoaded(name)) await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function isLoaded(name: string): boolean {
  return readFileSync('/proc/modules', 'utf8').includes(`${name} `);
}
