// `bench held`: many Apps ask at once and nobody has answered yet. A known App must not notice, and every held connection must
// end as it was decided: allowed for even Apps, refused for odd ones.
import type { FirewallClient } from '../../proto/index.ts';
import { connectFirewall } from '../../proto/index.ts';
import type { AgentUnderTest } from '../lab/agent-under-test.ts';
import { endChild } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { measureConnects } from './client.ts';
import type { HeldFigures } from './held-report.ts';
import { heldReport } from './held-report.ts';
import { HoldingApps } from './holding-apps.ts';
import { startAgentThatKnows } from './modes/agent-that-knows.ts';
import type { BenchOptions } from './options.ts';
import { memoryMiB, resetPeakMemory } from './process-figures.ts';
import { program } from './programs.ts';
import { PromptMirror } from '../lab/prompt-mirror.ts';
import type { Report } from './report.ts';
import { startServer } from './started.ts';
import { median, rounded } from './statistics.ts';

const APPS = 50;
const FLOWS_PER_APP = 40;
const PROMPTS_TIMEOUT_MS = 30_000;
const SLICES = 5;

interface Scene {
  readonly lab: NetworkLab;
  readonly agent: AgentUnderTest;
  readonly client: FirewallClient;
  readonly prompts: PromptMirror;
}

export async function benchHeld({ connects }: BenchOptions, signal: AbortSignal): Promise<Report> {
  await using cleanUp = new AsyncDisposableStack();
  const lab = new NetworkLab('sallyport-bench');
  cleanUp.defer(() => lab.close());
  const server = await startServer(lab);
  cleanUp.defer(async () => {
    await endChild(server);
  });
  const agent = await startAgentThatKnows({ lab, appPath: program('connect') });
  cleanUp.defer(async () => {
    await agent.stop();
  });
  const client = connectFirewall({ socketPath: agent.socketPath });
  cleanUp.defer(() => client.close());
  const prompts = new PromptMirror(client);
  cleanUp.defer(() => prompts.close());
  const apps = new HoldingApps({ lab, apps: APPS, flowsPerApp: FLOWS_PER_APP });
  cleanUp.defer(() => apps.close());
  return heldReport(await measure({ lab, agent, client, prompts }, apps, { connects, signal }));
}

interface MeasureOptions {
  readonly connects: number;
  readonly signal: AbortSignal;
}

async function measure(scene: Scene, apps: HoldingApps, options: MeasureOptions): Promise<HeldFigures> {
  const { agent, prompts } = scene;
  const known = (warmUp: number): Promise<number> => knownP50Us(scene.lab, options.connects, warmUp);
  const before = await known(3000);
  options.signal.throwIfAborted();
  resetPeakMemory(agent.pid);
  const heldStartMs = performance.now();
  apps.open();
  await prompts.reach({ prompts: APPS, flows: APPS * FLOWS_PER_APP, timeoutMs: PROMPTS_TIMEOUT_MS });
  const askedMs = performance.now() - heldStartMs;
  const during = await known(100);
  options.signal.throwIfAborted();
  const decideMs = await decideAll(scene, apps);
  const wrong = await apps.countWrong(isAllowed);
  return {
    flows: APPS * FLOWS_PER_APP,
    apps: APPS,
    wrong: wrong.count,
    wrongOutcomes: wrong.outcomes,
    peakRssMiB: rounded(memoryMiB(agent.pid, 'VmHWM')),
    knownP50UsBefore: rounded(before),
    knownP50UsDuring: rounded(during),
    askedMs: rounded(askedMs),
    decideMs: rounded(decideMs),
  };
}

/** Several slices: the median of their medians hardly moves with what else the machine does. */
async function knownP50Us(lab: NetworkLab, connects: number, warmUp: number): Promise<number> {
  const medians: number[] = [];
  for (let slice = 0; slice < SLICES; slice += 1) {
    const measured = await measureConnects({
      lab,
      clientPath: program('connect'),
      connects,
      warmUp: slice === 0 ? warmUp : 0,
      how: 'same',
    });
    medians.push(median(measured.latenciesUs));
  }
  return median(medians);
}

function isAllowed(appNumber: number): boolean {
  return appNumber % 2 === 0;
}

/** One answer for each prompt; returns how long all answers took together. */
async function decideAll({ client, prompts }: Scene, apps: HoldingApps): Promise<number> {
  const startedMs = performance.now();
  for (const { id, app } of prompts.all()) {
    const number = apps.numberOf(app?.path ?? '');
    await client.decide({
      promptId: id,
      action: isAllowed(number) ? 'ACTION_ALLOW' : 'ACTION_DENY',
      scope: 'DECISION_SCOPE_APP',
      lifetime: { lifetime: 'untilRestart', untilRestart: {} },
    });
  }
  return performance.now() - startedMs;
}
