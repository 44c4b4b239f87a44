// How the part that runs in Electron is bundled: the main process as one module, the preload as one script, as its sandbox wants it.
import { join } from 'node:path';
import { build } from 'vite';

export const ELECTRON_FOLDER = join(import.meta.dirname, 'build/electron');

/** Writes main.js and preload.cjs to the folder, which it empties first. */
export async function buildElectron(folder: string): Promise<void> {
  await bundle({ entry: 'main', fileName: 'main.js', format: 'esm', folder, emptyFirst: true });
  await bundle({ entry: 'preload', fileName: 'preload.cjs', format: 'cjs', folder, emptyFirst: false });
}

interface Bundle {
  readonly entry: 'main' | 'preload';
  readonly fileName: string;
  readonly format: 'esm' | 'cjs';
  readonly folder: string;
  readonly emptyFirst: boolean;
}

async function bundle({ entry, fileName, format, folder, emptyFirst }: Bundle): Promise<void> {
  await build({
    configFile: false,
    publicDir: false,
    root: import.meta.dirname,
    logLevel: 'warn',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: emptyFirst,
      target: 'node24',
      minify: false,
      rolldownOptions: {
        input: join(import.meta.dirname, `src/${entry}/entry.ts`),
        external: ['electron', /^node:/],
        output: { format, entryFileNames: fileName },
      },
    },
  });
}
