// Moves an unreadable database out of the way. It is never deleted: what can be saved from it is for its owner to judge.
import { existsSync, renameSync } from 'node:fs';

/** Renames the file and its -wal and -shm; returns the new path, which begins with the old one. */
export function setAside(file: string, atMs: number): string {
  const aside = freePath(`${file}.unreadable-${new Date(atMs).toISOString().replaceAll(':', '-')}`);
  for (const part of ['', '-wal', '-shm']) if (existsSync(file + part)) renameSync(file + part, aside + part);
  return aside;
}

function freePath(wanted: string): string {
  let path = wanted;
  for (let suffix = 2; existsSync(path); suffix += 1) path = `${wanted}-${suffix}`;
  return path;
}
