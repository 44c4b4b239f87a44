// The small C programs of the bench, compiled into a folder that git ignores; only what is out of date is compiled.
import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../lab/commands.ts';

const BUILD_FOLDER = fileURLToPath(new URL('build', import.meta.url));

const SOURCES = {
  connect: new URL('connect.c', import.meta.url),
  server: new URL('server.c', import.meta.url),
  hold: new URL('hold.c', import.meta.url),
  datagrams: new URL('datagrams.c', import.meta.url),
  flows: new URL('flows.c', import.meta.url),
  accept: new URL('../../native/nfqueue/bench/accept.c', import.meta.url),
};

export type ProgramName = keyof typeof SOURCES;

/** Path of the compiled program, without symbolic links: firewalls name programs by the path that the kernel shows. */
export function program(name: ProgramName): string {
  const source = fileURLToPath(SOURCES[name]);
  const binary = join(BUILD_FOLDER, basename(source, '.c'));
  if (modifiedMs(source) > modifiedMs(binary)) {
    mkdirSync(BUILD_FOLDER, { recursive: true });
    run('cc', '-O2', '-Wall', '-Wextra', '-o', binary, source);
  }
  return realpathSync(binary);
}

function modifiedMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
