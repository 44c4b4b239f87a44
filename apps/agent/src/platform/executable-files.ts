// Which file is at the path of a program, as the kernel's programs number it. Remembered, because the rules that name a program are
// looked at again every few seconds.
import type { FileStatus } from '@sallyport/linux';
import { kernelFileAt, statFile } from './processes.ts';

export interface ExecutableFile {
  /** major << 20 | minor */
  readonly device: number;
  readonly inode: bigint;
  readonly ctimeNs: bigint;
}

interface Known extends ExecutableFile {
  readonly statDevice: bigint;
  readonly statInode: bigint;
}

export class ExecutableFiles {
  readonly #known = new Map<string, Known>();

  /** Undefined where there is none. */
  at(path: string): ExecutableFile | undefined {
    const status = statFile(path);
    const known = this.#known.get(path);
    if (known !== undefined && isSame(known, status)) return known;
    this.#known.delete(path);
    const file = status === undefined ? undefined : kernelFileAt(path);
    if (status === undefined || file === undefined) return undefined;
    const device = (file.deviceMajor << 20) | file.deviceMinor;
    const read = { device, inode: file.inode, ctimeNs: status.ctimeNs };
    this.#known.set(path, { ...read, statDevice: status.device, statInode: status.inode });
    return read;
  }
}

function isSame(known: Known, status: FileStatus | undefined): boolean {
  return (
    known.statInode === status?.inode &&
    known.statDevice === status.device &&
    known.ctimeNs === status.ctimeNs
  );
}
