// What the kernel's maps of a process take.
import { readdirSync, readFileSync } from 'node:fs';

const BYTES_PER_MIB = 1024 * 1024;

/** Of all BPF maps that the process has open, each counted once, as the kernel tells it in fdinfo; in MiB. */
export function mapsMiB(pid: number): number {
  const folder = `/proc/${pid}/fdinfo`;
  const bytes = new Map(
    readdirSync(folder).flatMap((file) => {
      const map = readMap(readFileSync(`${folder}/${file}`, 'utf8'));
      return map === undefined ? [] : [[map.id, map.bytes] as const];
    }),
  );
  return [...bytes.values()].reduce((sum, ofMap) => sum + ofMap, 0) / BYTES_PER_MIB;
}

/** Undefined where the descriptor is none of a map. */
export function readMap(text: string): { readonly id: number; readonly bytes: number } | undefined {
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)$`, 'm').exec(text)?.[1]);
  const map = { id: field('map_id'), bytes: field('memlock') };
  return Number.isNaN(map.id) || Number.isNaN(map.bytes) ? undefined : map;
}
