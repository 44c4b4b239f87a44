// Writes every generated file of the repository again: `npm run codegen`. With --check it writes nothing and fails
// when a checked-in file is not what would be written.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** A part is a script here that exports `generate()`: the files that it would write, by absolute path. */
interface CodegenPart {
  readonly generate: () => ReadonlyMap<string, string> | Promise<ReadonlyMap<string, string>>;
}

const SCRIPTS = dirname(fileURLToPath(import.meta.url));
const PARTS = ['codegen-proto.ts', 'codegen-bpf.ts', 'codegen-docs.ts'];

const stale: string[] = [];
const checkOnly = process.argv.includes('--check');
for (const part of PARTS.map((name) => join(SCRIPTS, name)).filter((file) => existsSync(file))) {
  const { generate } = (await import(pathToFileURL(part).href)) as CodegenPart;
  for (const [file, text] of await generate()) writeIfStale(file, text);
}
if (checkOnly && stale.length > 0) {
  console.error(`Out of date: ${stale.join(', ')}. Run \`npm run codegen\` and commit what it writes.`);
  process.exitCode = 1;
}

function writeIfStale(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  stale.push(relative(dirname(SCRIPTS), file));
  if (checkOnly) return;
  writeFileSync(file, text);
  console.log(`wrote ${relative(dirname(SCRIPTS), file)}`);
}
