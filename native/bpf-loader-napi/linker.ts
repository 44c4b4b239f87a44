// Static linking of BPF objects, as `ld -r` does it for machine code: extern maps and functions find their definitions.
import { renameSync, rmSync } from 'node:fs';
import { checkNumber } from './errors.ts';
import { native } from './native.ts';

/** Writes `outputPath` in one step, or not at all. @throws BpfError with what libbpf's linker says. */
export function linkObjects(outputPath: string, inputPaths: readonly string[]): void {
  if (inputPaths.length === 0) throw new TypeError('linkObjects needs at least one input');
  const unfinished = `${outputPath}.${process.pid}.unfinished`;
  try {
    const status = native.linkObjects(unfinished, ...inputPaths);
    checkNumber(status, {
      operation: 'linkObjects',
      tried: `link ${inputPaths.join(', ')} into ${outputPath}`,
    });
    renameSync(unfinished, outputPath);
  } finally {
    rmSync(unfinished, { force: true });
  }
}
