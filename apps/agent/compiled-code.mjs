// Keeps the agent's code compiled in Node's compile cache, inside the checkout: whoever may write there may change the code
// itself, which is not true of Node's default below /tmp. Node keeps the entries of different users apart.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = join(ROOT, '.cache/compiled');
const COMPILER = fileURLToPath(new URL('compile.mjs', import.meta.url));
const SOURCES = ['apps/agent/src', 'proto', 'native'];
const SKIPPED = new Set(['node_modules', 'build', 'src/gen', 'test', 'fixtures', 'fixture', 'bench', 'fuzz']);

/** Compiles what changed and lets this process and its threads use the result. Without a writable folder code is compiled in place. */
export function useCompiledCode() {
  const stamp = join(FOLDER, `current-${process.getuid()}`);
  const wanted = fingerprint();
  if (read(stamp) !== wanted && prepare()) compile(stamp, wanted);
  enableCompileCache(FOLDER);
  // Threads take it from the environment.
  process.env.NODE_COMPILE_CACHE = FOLDER;
}

function compile(stamp, wanted) {
  const environment = { ...process.env, NODE_COMPILE_CACHE: FOLDER };
  const { status } = spawnSync(process.execPath, [...process.execArgv, COMPILER], {
    env: environment,
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  if (status === 0) writeFileSync(stamp, wanted);
}

function prepare() {
  try {
    mkdirSync(FOLDER, { recursive: true });
    return true;
  } catch {
    return false;
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Changes with Node, with the flags that compiled code depends on, and with every source file. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.version} ${process.execArgv.join(' ')}\n`);
  for (const source of SOURCES) for (const line of sourceLines(join(ROOT, source))) hash.update(line);
  return hash.digest('hex');
}

function* sourceLines(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) yield* sourceLines(path);
    else if (entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name)) {
      const { mtimeMs, size } = statSync(path);
      yield `${path} ${mtimeMs} ${size}\n`;
    }
  }
}
