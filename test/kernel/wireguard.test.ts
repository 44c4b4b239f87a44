// A tunnel of the kernel's own: what a program sends through it is the program's, and what carries that is the kernel's.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { finish, run } from '../lab/commands.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { PORT, Stage } from './stage.ts';

const CARRIER_PORT = 51_820;
const INSIDE = { client: '10.9.0.1', server: '10.9.0.2' } as const;
type Side = keyof typeof INSIDE;

/** False, and the test is skipped, where the kernel has no WireGuard. */
async function tunnel(context: TestContext, stage: Stage): Promise<boolean> {
  if (!existsSync('/usr/bin/wg')) return left(context, 'needs wg: apt-get install wireguard-tools');
  const [command, ...add] = stage.lab.inside('client', 'ip', 'link', 'add', 'wg0', 'type', 'wireguard');
  if ((await finish(command, add)).exitCode !== 0)
    return left(context, 'needs a kernel with CONFIG_WIREGUARD');
  stage.lab.run('server', 'ip', 'link', 'add', 'wg0', 'type', 'wireguard');
  const keys = { client: keyOf(stage, 'client'), server: keyOf(stage, 'server') };
  bringUp(stage, 'server', ['listen-port', String(CARRIER_PORT), 'peer', keys.client]);
  bringUp(stage, 'client', ['peer', keys.server, 'endpoint', `1.2.3.4:${CARRIER_PORT}`]);
  return true;
}

function left(context: TestContext, why: string): false {
  context.skip(why);
  return false;
}

/** The public one. */
function keyOf(stage: Stage, side: Side): string {
  const file = keyFile(stage, side);
  writeFileSync(file, run('wg', 'genkey'), { mode: 0o600 });
  return run('sh', '-c', `wg pubkey < '${file}'`).trim();
}

function keyFile({ directory }: Stage, side: Side): string {
  return join(directory, `${side}.key`);
}

function bringUp(stage: Stage, side: Side, peer: readonly string[]): void {
  const beyond = INSIDE[side === 'client' ? 'server' : 'client'];
  const words = ['set', 'wg0', 'private-key', keyFile(stage, side), ...peer, 'allowed-ips', `${beyond}/32`];
  stage.lab.run(side, 'wg', ...words);
  stage.lab.run(side, 'ip', 'address', 'add', `${INSIDE[side]}/24`, 'dev', 'wg0');
  stage.lab.run(side, 'ip', 'link', 'set', 'wg0', 'up');
}

describe('WireGuard', { skip: needsRoot, timeout: atThisPaceMs(60_000) }, () => {
  test("a connection through it is asked about, and what carries it is the kernel's own", async (context) => {
    await using stage = await Stage.open();
    if (!(await tunnel(context, stage))) return;
    const app = stage.app('through-a-tunnel');
    const program = stage.speak(app, 'tcp', INSIDE.server);
    await stage.person.answer(await stage.person.asked(app), { action: 'allow' });
    // Nobody listens at that address.
    assert.equal(await program.line(0, atThisPaceMs(5000)), 'ECONNREFUSED');
    const [record] = await stage.person.records(app);
    assert.deepEqual([record?.address, record?.port], [INSIDE.server, PORT]);
    const { records } = await stage.person.client.listHistory({ port: CARRIER_PORT, limit: 100 });
    assert.deepEqual(records, []);
    const { counters } = await stage.person.client.getStatus({});
    assert.ok(Number(counters.find(({ name }) => name === 'kernelPackets')?.value) > 0);
  });
});
