// `bench scale`: what many rules cost: a decision, the agent's memory, and a change of them while flows are decided.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectFirewall } from '../../proto/index.ts';
import type { FirewallClient } from '../../proto/index.ts';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import { endChild } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import type { EvaluationFigures } from './evaluation.ts';
import { randomRules } from './many-rules.ts';
import { memoryMiB } from './process-figures.ts';
import { program } from './programs.ts';
import type { Report } from './report.ts';
import { allListed, allOthers, oneEdited, oneMore, preparedRules, writeRule } from './rule-changes.ts';
import type { ChangeBed } from './rule-changes.ts';
import { scaleReport } from './scale-report.ts';
import type { ScaleFigures } from './scale-report.ts';
import { startServer } from './started.ts';
import { rounded } from './statistics.ts';

const RULE_COUNTS = [10, 1000, 10_000, 100_000] as const;
/** Until what the start needed is given back. */
const SETTLE_MS = 12_000;

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

type AgentFigures = Omit<ScaleFigures, 'rules' | keyof EvaluationFigures>;

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
  return {
    startMs,
    rssMiB,
    ...(await changes({ lab, client, rulesDirectory: agent.rulesDirectory }, rules)),
  };
}

async function changes(bed: ChangeBed, rules: number): Promise<Omit<AgentFigures, 'startMs' | 'rssMiB'>> {
  const reload = await oneMore(bed);
  const edit = await oneEdited(bed, rules);
  const all = await allOthers(bed, rules);
  const list = await allListed(bed);
  return {
    ...{ reloadMs: reload.ms, worstConnectMs: reload.worstConnectMs },
    ...{ editMs: edit.ms, editWorstConnectMs: edit.worstConnectMs },
    ...{ allChangedMs: all.ms, allChangedWorstConnectMs: all.worstConnectMs },
    ...{ listMs: list.ms, listWorstConnectMs: list.worstConnectMs },
  };
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
  preparedRules(rulesDirectory, randomRules(count))();
  writeRule(rulesDirectory, 'bench', program('connect'));
  return directory;
}
