// `bench scale`: what many rules cost: a decision, the agent's memory, and a change of them while flows are decided.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { rulesText } from '../../apps/agent/src/rules/rule-to-entry.ts';
import { connectFirewall } from '../../proto/index.ts';
import type { FirewallClient } from '../../proto/index.ts';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import { endChild } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { measureConnects } from './client.ts';
import type { EvaluationFigures } from './evaluation.ts';
import { randomRules } from './many-rules.ts';
import { benchRuleText } from './modes/agent-that-knows.ts';
import { memoryMiB } from './process-figures.ts';
import { program } from './programs.ts';
import type { Report } from './report.ts';
import { scaleReport } from './scale-report.ts';
import type { ScaleFigures } from './scale-report.ts';
import { startServer } from './started.ts';
import { ascending, rounded } from './statistics.ts';

const RULE_COUNTS = [10, 1000, 10_000, 100_000] as const;
const RULES_IN_A_FILE = 10_000;
/** Until what the start needed is given back. */
const SETTLE_MS = 12_000;
const CONNECTS_IN_A_SLICE = 200;

export async function benchScale(signal: AbortSignal): Promise<Report> {
  const figures: ScaleFigures[] = [];
  for (const rules of RULE_COUNTS) {
    signal.throwIfAborted();
    figures.push({ rules, ...evaluationWith(rules), ...(await agentWith(rules, signal)) });
  }
  return scaleReport(figures);
}

const EVALUATION_RUNS = 5;

/** The run in the middle: one alone says more of the machine than of the rules. */
function evaluationWith(rules: number): EvaluationFigures {
  const runs = Array.from({ length: EVALUATION_RUNS }, () => oneEvaluation(rules));
  const [middle] = runs.toSorted((one, other) => one.p99Us - other.p99Us).slice(EVALUATION_RUNS >> 1);
  if (middle === undefined) throw new Error('there is no run');
  return middle;
}

/** In a process of its own, so that sizes do not share a heap or compiled code. */
function oneEvaluation(rules: number): EvaluationFigures {
  const module = fileURLToPath(new URL('evaluation.ts', import.meta.url));
  const text = execFileSync(process.execPath, [module, String(rules)], { encoding: 'utf8' });
  return JSON.parse(text) as EvaluationFigures;
}

type AgentFigures = Pick<ScaleFigures, 'startMs' | 'rssMiB' | 'reloadMs' | 'worstConnectMs'>;

async function agentWith(rules: number, signal: AbortSignal): Promise<AgentFigures> {
  await using parts = new AsyncDisposableStack();
  const lab = new NetworkLab('sallyport-bench');
  parts.defer(() => lab.close());
  const server = await startServer(lab);
  parts.defer(async () => {
    await endChild(server);
  });
  const directory = directoryWith(rules);
  const startedMs = performance.now();
  // Without the kernel's cache each connect is a decision of the agent.
  const agent = await AgentUnderTest.start({ lab, directory, args: ['--no-verdict-cache'] });
  parts.defer(async () => {
    await agent.stop();
  });
  const startMs = Math.round(performance.now() - startedMs);
  await delay(SETTLE_MS, undefined, { signal });
  const rssMiB = rounded(memoryMiB(agent.pid, 'VmRSS'));
  const client = connectFirewall({ socketPath: agent.socketPath });
  parts.defer(() => client.close());
  await checkRules(client, rules);
  return { startMs, rssMiB, ...(await reload(client, { lab, rulesDirectory: agent.rulesDirectory })) };
}

async function checkRules(client: FirewallClient, least: number): Promise<void> {
  const { rules } = await client.getStatus({});
  if (rules >= least) return;
  const { problems } = await client.listRules({});
  throw new Error(`${rules} of ${least} rules are in force: ${problems[0]?.reason ?? 'unknown'}`);
}

/** A state directory whose rules let the bench's client through, and do the rest that many rules do. */
function directoryWith(count: number): string {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const rulesDirectory = join(directory, 'rules');
  mkdirSync(rulesDirectory, { mode: 0o700 });
  const rules = randomRules(count);
  for (let first = 0; first < count; first += RULES_IN_A_FILE)
    writeRules(
      join(rulesDirectory, `many-${first}.yaml`),
      rulesText(rules.slice(first, first + RULES_IN_A_FILE)),
    );
  writeRules(join(rulesDirectory, 'bench.yaml'), benchRuleText({ appPath: program('connect') }));
  return directory;
}

function writeRules(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

interface ReloadOptions {
  readonly lab: NetworkLab;
  readonly rulesDirectory: string;
}

/** Somebody writes one more rule into the directory while the client goes on connecting. */
async function reload(
  client: FirewallClient,
  options: ReloadOptions,
): Promise<Pick<AgentFigures, 'reloadMs' | 'worstConnectMs'>> {
  const { lab, rulesDirectory } = options;
  const { rulesetGeneration: before } = await client.getStatus({});
  const reloaded = new AbortController();
  const connecting = connectUntil(lab, reloaded.signal);
  const startedMs = performance.now();
  writeRules(
    join(rulesDirectory, 'one-more.yaml'),
    benchRuleText({ id: 'one-more', appPath: '/usr/bin/one-more' }),
  );
  while ((await client.getStatus({})).rulesetGeneration === before) await delay(5);
  const reloadMs = Math.round(performance.now() - startedMs);
  reloaded.abort();
  return { reloadMs, worstConnectMs: rounded(await connecting) };
}

/** The longest connect, in milliseconds. */
async function connectUntil(lab: NetworkLab, over: AbortSignal): Promise<number> {
  let worstUs = 0;
  do {
    const options = {
      lab,
      clientPath: program('connect'),
      connects: CONNECTS_IN_A_SLICE,
      warmUp: 0,
      how: 'same',
    } as const;
    worstUs = Math.max(worstUs, ascending((await measureConnects(options)).latenciesUs).at(-1) ?? 0);
  } while (!over.aborted);
  return worstUs / 1000;
}
