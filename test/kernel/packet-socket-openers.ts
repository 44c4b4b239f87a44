// Programs that open packet sockets, and what the agent recorded of them.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryRecord, Rule } from '@sallyport/proto';
import { waitFor } from '../lab/commands.ts';
import type { LabProgram } from '../lab/lab-program.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import type { Stage } from './stage.ts';

/** A socket is seen within a second. */
export const SEEN_MS = atThisPaceMs(5000);

/** A new App that opens packet sockets. */
export function openerOf(stage: Stage, name: string): string {
  const path = join(stage.directory, name);
  copyFileSync(stage.compile('packet-socket', `${name}-first`), path);
  return path;
}

export function present<Value>(value: Value | undefined): Value {
  assert.ok(value !== undefined);
  return value;
}

export async function putRule(stage: Stage, rule: Rule): Promise<Rule> {
  return present((await stage.person.client.putRule({ rule })).rule);
}

export async function isJudged(stage: Stage): Promise<boolean> {
  const { health } = await stage.person.client.getStatus({});
  return present(health.find(({ name }) => name === 'packet-sockets')).text.includes(
    'judged as they are opened',
  );
}

export async function recordsOf(stage: Stage, app: string, count = 1): Promise<readonly HistoryRecord[]> {
  let records: readonly HistoryRecord[] = [];
  const isThere = async (): Promise<boolean> => {
    records = await stage.person.records(app);
    return records.length >= count;
  };
  await waitFor(`${count} records of ${app}`, isThere, SEEN_MS);
  return records;
}

export async function opened(program: LabProgram, index = 0): Promise<string> {
  program.goOn();
  return await program.line(index, SEEN_MS);
}

export const NO_HOOK = 'this kernel runs no BPF programs as a security module: npm run test:vm';
