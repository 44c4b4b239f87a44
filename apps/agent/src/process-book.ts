// From a correlation to the Process that rules and people see; one object for each process instance, so that what was
// read about it once is not read again for its next flow.
import type { Correlation } from './correlator/correlator.ts';
import { unknownProcess } from './correlator/process-resolver.ts';
import type { ProcessResolver } from './correlator/process-resolver.ts';
import type { Owner, Process } from './domain/owner.ts';

const MAX_PROCESSES = 2048;

export class ProcessBook {
  readonly #resolver: ProcessResolver;
  readonly #processes = new Map<string, Process>();

  constructor(resolver: ProcessResolver) {
    this.#resolver = resolver;
  }

  processOf(correlation: Correlation, socketUid: number | undefined): Process {
    if (correlation.kind === 'owner') return this.#known(correlation.owner);
    return unknownProcess(correlation.kind === 'unknown' ? correlation.reason : 'the kernel', socketUid);
  }

  #known(owner: Owner): Process {
    const key = ownerText(owner);
    const known = this.#processes.get(key);
    if (known !== undefined) return known;
    if (this.#processes.size >= MAX_PROCESSES) this.#forgetOldest();
    const process = this.#resolver.resolve(owner);
    this.#processes.set(key, process);
    return process;
  }

  #forgetOldest(): void {
    const oldest = this.#processes.keys().next();
    if (oldest.done !== true) this.#processes.delete(oldest.value);
  }
}

/** Everything that exec, setuid or a replaced file would change: such a process is another one for every rule. */
function ownerText({ pid, startNs, uid, executable }: Owner): string {
  const { deviceMajor, deviceMinor, inode, ctimeNs } = executable;
  return `${pid}@${startNs} ${uid} ${deviceMajor}:${deviceMinor}:${inode}:${ctimeNs}`;
}
