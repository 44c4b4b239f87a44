// `bench cost`: what the programs in the kernel take of a connect, by the kernel's own clock, decided there and in the agent.
import { connectFirewall } from '../../proto/index.ts';
import { endChild } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { measureConnects } from './client.ts';
import { costReport, costs } from './cost-report.ts';
import type { ConnectCosts } from './cost-report.ts';
import { startAgentThatKnows } from './modes/agent-that-knows.ts';
import { program } from './programs.ts';
import type { Report } from './report.ts';
import { startServer } from './started.ts';

const CONNECTS = 2000;
const WARM_UP = 500;
/** The kernel counts a run of its clock, too: the quietest round says most of the programs. */
const ROUNDS = 5;
/** Longer than the connects take. */
const MEASURED_MS = 1500;

export async function benchCost(signal: AbortSignal): Promise<Report> {
  return costReport({
    known: await quietest([], signal),
    rule: await quietest(['--no-verdict-cache'], signal),
  });
}

async function quietest(args: readonly string[], signal: AbortSignal): Promise<ConnectCosts> {
  await using parts = new AsyncDisposableStack();
  const lab = new NetworkLab('sallyport-bench');
  parts.defer(() => lab.close());
  const server = await startServer(lab);
  parts.defer(() => endChild(server).then(() => undefined));
  const clientPath = program('connect');
  const agent = await startAgentThatKnows({ lab, appPath: clientPath, args });
  parts.defer(() => agent.stop().then(() => undefined));
  const client = connectFirewall({ socketPath: agent.socketPath });
  parts.defer(() => client.close());
  const rounds: ConnectCosts[] = [];
  const connect = () =>
    measureConnects({ lab, clientPath, connects: CONNECTS, warmUp: WARM_UP, how: 'same' });
  await connect();
  while (rounds.length < ROUNDS) {
    signal.throwIfAborted();
    const measuring = client.measureKernel({ durationMs: MEASURED_MS });
    await connect();
    rounds.push(costs(await measuring));
  }
  return rounds.reduce((least, one) => (one.hooksNs < least.hooksNs ? one : least));
}
