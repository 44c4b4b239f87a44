// What each program costs: the kernel counts runs and run time while it is asked to, and not otherwise.
import { setTimeout as delay } from 'node:timers/promises';
import { enableStatistics } from 'bpf-loader-napi';
import type { BpfProgram, ProgramInformation } from 'bpf-loader-napi';

export interface ProgramCost {
  readonly name: string;
  readonly runs: bigint;
  readonly runTimeNs: bigint;
  /** As the kernel holds it. */
  readonly instructions: number;
}

/** Throws BpfError where the kernel does not count. A run costs about 20 ns more meanwhile, of every program of the machine. */
export async function measurePrograms(
  programs: readonly Pick<BpfProgram, 'info'>[],
  durationMs: number,
): Promise<readonly ProgramCost[]> {
  const statistics = enableStatistics();
  try {
    const before = programs.map((program) => program.info());
    // An agent that ends does not wait for it.
    await delay(durationMs, undefined, { ref: false });
    return programs.map((program, index) => costOf(program.info(), before[index]));
  } finally {
    statistics.close();
  }
}

function costOf(now: ProgramInformation, before: ProgramInformation | undefined): ProgramCost {
  return {
    name: now.name,
    runs: now.runCount - (before?.runCount ?? 0n),
    runTimeNs: now.runTimeNs - (before?.runTimeNs ?? 0n),
    instructions: now.instructions,
  };
}
