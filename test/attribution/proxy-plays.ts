// Rootless containers reach the network by a program outside, which opens sockets of its own for what they send. Whose a packet is ends
// there: it is the proxy's, as that of a browser's proxy would be.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { run, waitFor } from '../lab/commands.ts';
import type { LabProgram } from '../lab/lab-program.ts';
import type { Attempt } from './judge.ts';
import type { Scene } from './scene.ts';
import type { Transport } from './inbound-plays.ts';

const SLIRP = '/usr/bin/slirp4netns';

export function needsSlirp(): string | undefined {
  return existsSync(SLIRP) ? undefined : `not here: needs ${SLIRP}, of the package slirp4netns`;
}

export async function bySlirp(scene: Scene, transport: Transport): Promise<readonly Attempt[]> {
  const { address, port, family } = scene;
  const program = await scene.start('unshare', '--user', '--map-root-user', '--net', scene.app('program'));
  const { pid } = scene.launch('client', [
    SLIRP,
    '--configure',
    '--enable-ipv6',
    String(program.pid),
    'tap0',
  ]);
  const routes = [`--net=/proc/${program.pid}/ns/net`, 'ip', `-${family}`, 'route', 'show', 'default'];
  await waitFor('a route through the proxy', () => run('nsenter', ...routes).includes('dev'));
  if (transport === 'tcp') await connect(program, `${address} ${port}`);
  else await send(scene, program);
  return [{ address, port, pid, path: SLIRP }];
}

async function connect(program: LabProgram, at: string): Promise<void> {
  assert.equal(await program.ask(`connect ${at}`), 'begun');
  // It may accept before it knows of the refusal.
  assert.match(await program.ask('outcome'), /^(?:ECONNREFUSED|ECONNRESET|connected)$/);
}

/** What comes before the proxy is ready is lost. */
async function send({ address, port, stage }: Scene, program: LabProgram): Promise<void> {
  const before = await stage.recordedAt(port);
  await waitFor('a datagram through the proxy', async () => {
    assert.equal(await program.ask(`send ${address} ${port}`), 'sent');
    await delay(20);
    return (await stage.recordedAt(port)) > before;
  });
}
