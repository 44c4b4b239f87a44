// How the pages are bundled: two pages and the bridge of the web shell, hashed files, nothing inline, so that a page may run under `default-src 'none'`.
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import type { Rolldown } from 'vite';

export const PAGES = ['prompt', 'main'] as const;
export const BUILD_FOLDER = join(import.meta.dirname, 'build/renderer');
/** A question has to be on the screen at once. */
export const LARGEST_PROMPT_GZIP_BYTES = 150_000;

/** What the web shell puts in front of a page's own script; Electron's pages do not load it. */
const BRIDGE = 'web-bridge';
const BRIDGE_ENTRY = 'src/web-bridge/entry.ts';

export type PageSizes = Readonly<Record<(typeof PAGES)[number], number>>;

/** Writes the pages to the folder, which it empties first. Returns the bytes that each page loads, each file with gzip. */
export async function buildRenderer(folder: string): Promise<PageSizes> {
  const root = join(import.meta.dirname, 'src/renderer');
  const result = await build({
    configFile: false,
    root,
    base: './',
    logLevel: 'warn',
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2024',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: { ...pageInputs(root), [BRIDGE]: join(import.meta.dirname, BRIDGE_ENTRY) },
        onLog: (level, log, handler) => {
          // "use client" speaks to servers that render; there is none.
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handler(level, log);
        },
      },
    },
  });
  const { output } = result as Rolldown.RolldownOutput;
  return { prompt: pageBytes(output, 'prompt'), main: pageBytes(output, 'main') };
}

function pageInputs(root: string): Readonly<Record<string, string>> {
  return Object.fromEntries(PAGES.map((page) => [page, join(root, `${page}.html`)]));
}

type Output = Rolldown.RolldownOutput['output'];

function pageBytes(output: Output, page: string): number {
  const files = new Map(output.map((file) => [file.fileName, file]));
  const entry = output.find((file) => file.type === 'chunk' && file.isEntry && file.name === page);
  if (entry === undefined) throw new Error(`the bundle has no entry for ${page}.html`);
  const needed = new Set<string>([`${page}.html`, entry.fileName]);
  for (const name of needed) {
    const file = files.get(name);
    if (file?.type !== 'chunk') continue;
    for (const other of [...file.imports, ...(file.viteMetadata?.importedCss ?? [])]) needed.add(other);
  }
  return [...needed].reduce((sum, name) => sum + gzipBytes(files.get(name)), 0);
}

function gzipBytes(file: Output[number] | undefined): number {
  if (file === undefined) return 0;
  return gzipSync(file.type === 'chunk' ? file.code : file.source).length;
}
