// Attribution under load: connects of short-lived processes, each with the right Owner in history. Prints its figures.
// SALLYPORT_CONNECTS sets how many; the floor is stated for 20 000.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connectFirewall } from '@sallyport/proto';
import type { HistoryRecord } from '@sallyport/proto';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import { collectOutput, endChild, finish, run, waitFor } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { ruleFor } from '../kernel/rule-for.ts';

const CONNECTS = Number(process.env['SALLYPORT_CONNECTS'] ?? 20_000);
const PARALLEL = 16;
const PORT = 4433;
const PAGE = 10_000;

describe('attribution', { skip: needsRoot, timeout: atThisPaceMs(240_000) }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-attribution-'));
  const program = join(directory, 'short-lived');
  let lab: NetworkLab;
  before(() => {
    lab = new NetworkLab();
    const source = new URL('programs/short-lived.c', import.meta.url).pathname;
    run('cc', '-O2', '-o', program, source);
  });
  after(() => {
    lab.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test(`${CONNECTS} connects of short-lived processes: none without an owner, none with a wrong one`, async (context) => {
    await using parts = new AsyncDisposableStack();
    const server = await startServer(lab);
    parts.defer(async () => {
      await endChild(server);
    });
    // The kernel would tell of the first few in a second and count the others.
    const agent = await AgentUnderTest.start({ lab, args: ['--no-verdict-cache'] });
    parts.defer(async () => {
      await agent.stop();
    });
    const client = connectFirewall({ socketPath: agent.socketPath, deadlineMs: 60_000 });
    parts.defer(() => client.close());
    await client.putRule({ rule: ruleFor(program, 'ACTION_ALLOW') });
    const [command, ...args] = lab.inside(
      'client',
      program,
      '1.2.3.4',
      String(PORT),
      String(CONNECTS),
      String(PARALLEL),
    );
    const finished = await finish(command, args);
    const expected = pidsByPort(finished.stdout);
    const records = await allRecords(client);
    const wrong = records.filter(
      (record) =>
        record.app !== program ||
        !(standsForOthers(record) || expected.get(record.localPort)?.has(record.pid)),
    );
    const flows = records.reduce((sum, { alike }) => sum + 1 + Number(alike), 0);
    context.diagnostic(
      `connects ${CONNECTS}, seconds ${(finished.ms / 1000).toFixed(1)}, records ${records.length}, flows ${flows}, wrong ${wrong.length}`,
    );
    assert.equal(finished.exitCode, 0);
    assert.deepEqual(wrong.slice(0, 3), []);
    assert.equal(flows, CONNECTS);
  });
});

/** Where they come faster than a disk takes them, one record is for several flows of the App, and tells of no local port. */
function standsForOthers({ localPort }: HistoryRecord): boolean {
  return localPort === 0;
}

/** A port may be used by several processes one after another. */
function pidsByPort(output: string): ReadonlyMap<number, ReadonlySet<number>> {
  const pids = new Map<number, Set<number>>();
  for (const line of output.trim().split('\n')) {
    const [pid = 0, port = 0] = line.split(' ').map(Number);
    pids.set(port, (pids.get(port) ?? new Set()).add(pid));
  }
  return pids;
}

async function allRecords(client: ReturnType<typeof connectFirewall>): Promise<readonly HistoryRecord[]> {
  const records: HistoryRecord[] = [];
  for (let beforeId = '0'; ;) {
    const page = (await client.listHistory({ port: PORT, limit: PAGE, beforeId })).records;
    records.push(...page);
    const last = page.at(-1);
    if (page.length < PAGE || last === undefined) return records;
    beforeId = last.id;
  }
}

async function startServer(lab: NetworkLab) {
  const script = `require('net').createServer((s) => s.on('error', () => {}).resume()).listen(${PORT}, '::', 1024, () => console.log('listening'))`;
  const [command, ...args] = lab.inside('server', process.execPath, '-e', script);
  const server = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collectOutput(server);
  await waitFor('the server', () => output().stdout.includes('listening'));
  return server;
}
