// From a correlation to the Process that rules and people see; one object for each process instance, so that what was
// read about it once is not read again for its next flow.
import type { Correlation } from './correlator/correlator.ts';
import { unknownProcess } from './correlator/process-resolver.ts';
import type { ProcessResolver } from './correlator/process-resolver.ts';
import { isSameFile } from './domain/owner.ts';
import type { Owner, Process } from './domain/owner.ts';
import { setBounded } from './platform/bounded-map.ts';

const MAX_PROCESSES = 2048;

interface KnownProcess {
  readonly owner: Owner;
  readonly process: Process;
}

/** By pid: where it is reused, or its process became another one, the newer one counts. */
export class ProcessBook {
  readonly #resolver: ProcessResolver;
  readonly #processes = new Map<number, KnownProcess>();

  constructor(resolver: ProcessResolver) {
    this.#resolver = resolver;
  }

  processOf(correlation: Correlation, socketUid: number | undefined): Process {
    if (correlation.kind === 'owner') return this.#known(correlation.owner);
    return unknownProcess(correlation.kind === 'unknown' ? correlation.reason : 'the kernel', socketUid);
  }

  #known(owner: Owner): Process {
    const known = this.#processes.get(owner.pid);
    if (known !== undefined && isSameProcess(known.owner, owner)) return known.process;
    const process = this.#resolver.resolve(owner);
    setBounded(this.#processes, [owner.pid, { owner, process }], MAX_PROCESSES);
    return process;
  }
}

/** Everything that exec, setuid, a replaced file, or another cgroup or file system would change: such a process is another one for every rule. */
function isSameProcess(one: Owner, other: Owner): boolean {
  return (
    one.startNs === other.startNs &&
    one.uid === other.uid &&
    one.isElsewhere === other.isElsewhere &&
    one.cgroupId === other.cgroupId &&
    isSameFile(one.executable, other.executable)
  );
}
