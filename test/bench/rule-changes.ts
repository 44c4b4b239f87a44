// Changes of many rules while a client goes on connecting: how long each takes to be in force, and the longest connect meanwhile.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { rulesText } from '../../apps/agent/src/rules/rule-to-entry.ts';
import type { Rule } from '../../apps/agent/src/domain/rule.ts';
import type { FirewallClient } from '../../proto/index.ts';
import type { NetworkLab } from '../lab/network-lab.ts';
import { measureConnects } from './client.ts';
import { randomRules } from './many-rules.ts';
import { benchRuleText } from './modes/agent-that-knows.ts';
import { program } from './programs.ts';
import { ascending, rounded } from './statistics.ts';

const RULES_IN_A_FILE = 10_000;
const CONNECTS_IN_A_SLICE = 200;

export interface ChangeFigures {
  readonly ms: number;
  /** The longest one meanwhile, decided by the agent. */
  readonly worstConnectMs: number;
}

export interface ChangeBed {
  readonly lab: NetworkLab;
  readonly client: FirewallClient;
  readonly rulesDirectory: string;
}

/** As files of a directory: written, and not there before the returned function is called. */
export function preparedRules(directory: string, rules: readonly Rule[]): () => void {
  const files: string[] = [];
  for (let first = 0; first < rules.length; first += RULES_IN_A_FILE)
    files.push(prepared(directory, `many-${first}`, rulesText(rules.slice(first, first + RULES_IN_A_FILE))));
  return () => {
    for (const file of files) renameSync(`${file}.new`, file);
  };
}

function prepared(directory: string, name: string, text: string): string {
  const file = join(directory, `${name}.yaml`);
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  return file;
}

export function writeRule(directory: string, id: string, appPath: string): void {
  const file = prepared(directory, id, benchRuleText({ id, appPath }));
  renameSync(`${file}.new`, file);
}

/** Somebody writes one more rule into the directory. */
export function oneMore(bed: ChangeBed): Promise<ChangeFigures> {
  return untilOneMore(bed, () => writeRule(bed.rulesDirectory, 'one-more', '/usr/bin/one-more'));
}

/** Somebody replaces all files by such with other rules. One that is written after them tells that they are in force. */
export function allOthers(bed: ChangeBed, count: number): Promise<ChangeFigures> {
  const putInPlace = preparedRules(bed.rulesDirectory, randomRules(count));
  return untilOneMore(bed, () => {
    putInPlace();
    writeRule(bed.rulesDirectory, 'zz-after-all', '/usr/bin/after-all');
  });
}

/** Somebody switches a rule in the middle of a file off, through the API. */
export function oneEdited(bed: ChangeBed, count: number): Promise<ChangeFigures> {
  const id = `rule-${Math.min(count, RULES_IN_A_FILE) >> 1}`;
  return whileConnecting(bed, async () => {
    await bed.client.setRuleEnabled({ id, enabled: false });
  });
}

/** Somebody looks at all rules. */
export function allListed(bed: ChangeBed): Promise<ChangeFigures> {
  return whileConnecting(bed, async () => {
    await bed.client.listRules({});
  });
}

async function untilOneMore(bed: ChangeBed, change: () => void): Promise<ChangeFigures> {
  const { rules } = await bed.client.getStatus({});
  return whileConnecting(bed, async () => {
    change();
    for (let waitMs = 5; (await bed.client.getStatus({})).rules === rules; waitMs = longerMs(waitMs))
      await delay(waitMs);
  });
}

/** A tenth longer each time: asking takes the agent a millisecond, and shall not be what is measured. */
function longerMs(waitMs: number): number {
  return waitMs * 1.1;
}

async function whileConnecting({ lab }: ChangeBed, change: () => Promise<void>): Promise<ChangeFigures> {
  const changed = new AbortController();
  const connecting = connectUntil(lab, changed.signal);
  const startedMs = performance.now();
  await change();
  const ms = Math.round(performance.now() - startedMs);
  changed.abort();
  return { ms, worstConnectMs: rounded(await connecting) };
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
