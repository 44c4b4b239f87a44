// `bench datagrams` and `bench throughput`: how much gets through in a second without a firewall, with
// hooks that do nothing, and with Sallyport, which knows the flow.
import type { ChildProcess } from 'node:child_process';
import { endChild } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { startAgentThatKnows } from './modes/agent-that-knows.ts';
import { startHooks } from './modes/hooks.ts';
import type { BenchOptions } from './options.ts';
import { queuedPackets } from './queued.ts';
import { rateReport } from './rate-report.ts';
import type { RateSlice } from './rate-report.ts';
import type { Report } from './report.ts';
import { interleaved } from './rounds.ts';

export interface RateWorkload {
  /** What the side with the firewall is called. */
  readonly knownName: string;
  readonly unit: string;
  readonly decimals: number;
  readonly protocol: 'tcp' | 'udp';
  /** The sending program, as a rule names it. */
  readonly appPath: () => string;
  readonly startServer: (lab: NetworkLab) => Promise<ChildProcess>;
  /** In units a second. */
  readonly measure: (lab: NetworkLab) => Promise<number>;
  readonly leastRatio: number;
  /** Packets that may go through the queue until the kernel has learnt the verdict; undefined: as many as the sender is quick. */
  readonly mostQueued: number | undefined;
}

const SIDES = ['none', 'hooks', 'known'] as const;
type Side = (typeof SIDES)[number];

export async function benchRate(
  workload: RateWorkload,
  { rounds }: Pick<BenchOptions, 'rounds'>,
  signal: AbortSignal,
): Promise<Report> {
  const measured = await interleaved(SIDES, rounds, (side) => {
    signal.throwIfAborted();
    return measureSide(workload, side);
  });
  const of = (side: Side): readonly RateSlice[] => measured.get(side) ?? [];
  return rateReport(workload, { none: of('none'), hooks: of('hooks'), known: of('known') });
}

async function measureSide(workload: RateWorkload, side: Side): Promise<RateSlice> {
  await using parts = new AsyncDisposableStack();
  const lab = new NetworkLab('sallyport-bench');
  parts.defer(() => lab.close());
  const server = await workload.startServer(lab);
  parts.defer(async () => {
    await endChild(server);
  });
  if (side === 'hooks') {
    const hooks = startHooks(lab);
    parts.defer(async () => {
      await hooks.stop();
    });
  }
  if (side === 'known') {
    const { protocol } = workload;
    const agent = await startAgentThatKnows({ lab, appPath: workload.appPath(), protocol });
    parts.defer(async () => {
      await agent.stop();
    });
  }
  const before = queuedPackets(lab);
  const perSecond = await workload.measure(lab);
  return { perSecond, queued: queuedPackets(lab) - before };
}
