// What the kernel's part does and costs, measured when somebody asks and not otherwise.
import type { KernelReport } from './api/ports.ts';
import type { KernelSide } from './kernel/kernel-side.ts';
import type { KernelVerdicts } from './kernel-verdicts.ts';

export interface KernelReportSources {
  readonly kernel: Pick<KernelSide, 'measure' | 'counters'>;
  readonly verdicts: Pick<KernelVerdicts, 'contents'>;
}

export async function measureKernel(
  { kernel, verdicts }: KernelReportSources,
  durationMs: number,
): Promise<KernelReport> {
  const before = kernel.counters();
  const startMs = performance.now();
  const programs = await kernel.measure(durationMs);
  const measuredMs = performance.now() - startMs;
  const after = kernel.counters();
  const { masks, held, pushedOut } = await verdicts.contents();
  return {
    ...{ measuredMs, programs, masks, verdicts: held, verdictsPushedOut: pushedOut },
    hits: after.knownAllowed + after.knownDenied - before.knownAllowed - before.knownDenied,
    misses: after.notKnown - before.notKnown,
  };
}
