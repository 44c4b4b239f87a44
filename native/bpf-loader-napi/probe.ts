// Asks the running kernel what it can do, by loading tiny programs of the kind in question.
import { closeSync, rmSync } from 'node:fs';
import { checkNumber } from './errors.ts';
import { native } from './native.ts';
import { programTypes } from './type-names.ts';
import type { ProgramType } from './type-names.ts';

/** Whether programs of this type can be loaded. @throws BpfError where that cannot be found out (EPERM, EOPNOTSUPP). */
export function supports(type: ProgramType): boolean {
  const attempt = { operation: 'probe', tried: `find out whether the kernel has ${type} programs` };
  return checkNumber(native.probeProgramType(programTypes.indexOf(type)), attempt) === 1;
}

/** Whether programs of this type may call a helper, named as in the kernel without bpf_: 'get_socket_cookie'. */
export function supportsHelper(type: ProgramType, helper: string): boolean {
  const attempt = { operation: 'probe', tried: `find out whether ${type} programs may call ${helper}` };
  return checkNumber(native.probeHelper(programTypes.indexOf(type), helper), attempt) === 1;
}

/** The kernel counts runs and run time of all programs (about 20 ns a run) until this is closed. Kernel 5.8. */
export function enableStatistics(): Disposable & { close(): void } {
  let fd = checkNumber(native.enableStatistics(), {
    operation: 'enableStatistics',
    tried: 'count run time of programs',
  });
  function close(): void {
    if (fd >= 0) closeSync(fd);
    fd = -1;
  }
  return { close, [Symbol.dispose]: close };
}

/** Removes a pin of a map, program or link. Nothing there is no error. */
export function unpin(path: string): void {
  rmSync(path, { force: true });
}
