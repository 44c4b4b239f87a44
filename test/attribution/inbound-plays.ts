// Flows that others begin, to programs that listen: each is whose the listener is at that moment, whoever opened it.
import assert from 'node:assert/strict';
import { waitFor } from '../lab/commands.ts';
import type { LabProgram } from '../lab/lab-program.ts';
import { HERE } from '../kernel/visits.ts';
import type { Attempt } from './judge.ts';
import type { Scene } from './scene.ts';

export type Transport = 'tcp' | 'udp';
type Attempts = Promise<readonly Attempt[]>;

/** Where a visitor comes from. */
const BEYOND = { 4: '10.66.0.1', 6: 'fd66::1' } as const;

export async function listens(scene: Scene, transport: Transport): Attempts {
  const path = scene.app('listener');
  const { pid } = await listening(scene, path, transport);
  await visit(scene, transport);
  return [visited(scene, pid, path)];
}

/** At `::`, where IPv4 arrives as well. */
export async function listensToBoth(scene: Scene, transport: Transport): Attempts {
  const path = scene.app('listener');
  const program = await scene.start(path);
  assert.equal(await program.ask(`listen ${transport} :: ${portOf(scene)}`), 'listening');
  await visit(scene, transport);
  return [visited(scene, program.pid, path)];
}

/** Called before the agent is there, which is when it begins to listen. */
export async function listensBefore(scene: Scene, transport: Transport): Promise<void> {
  scene.elder = await listening(scene, scene.app('listener'), transport);
}

export async function isOlder(scene: Scene, transport: Transport): Attempts {
  const { elder } = scene;
  assert.ok(elder);
  await visit(scene, transport);
  return [visited(scene, elder.pid, scene.pathOf('listener'))];
}

/** The one that listened ends, and leaves it to a child. */
export async function leavesToChild(scene: Scene, transport: Transport): Attempts {
  const path = scene.app('listener');
  const program = await listening(scene, path, transport);
  await visit(scene, transport);
  const child = Number(await program.ask('leave'));
  scene.endLater(child);
  await scene.ended(program.pid);
  await visit(scene, transport);
  return [visited(scene, program.pid, path), visited(scene, child, path)];
}

/** Another program gets the listener by SCM_RIGHTS; the one that gave it goes on without. */
export async function passesOn(scene: Scene, transport: Transport): Attempts {
  const [path, other] = [scene.app('listener'), scene.app('other')];
  const program = await listening(scene, path, transport);
  await visit(scene, transport);
  const taker = Number(await program.ask(`pass ${other}`));
  scene.endLater(taker);
  await visit(scene, transport);
  return [visited(scene, program.pid, path), visited(scene, taker, other)];
}

/** The process that listens becomes another program. */
export async function becomesOther(scene: Scene, transport: Transport): Attempts {
  const [path, other] = [scene.app('listener'), scene.app('other')];
  const program = await listening(scene, path, transport);
  await visit(scene, transport);
  assert.equal(await program.ask(`become ${other}`), 'ready');
  await visit(scene, transport);
  return [visited(scene, program.pid, path), visited(scene, program.pid, other)];
}

/** The kernel chooses by a hash among those that share a port: who has it is asked of the programs. */
export async function sharesPort(scene: Scene, transport: Transport): Attempts {
  const path = scene.app('listener');
  return oneOf(scene, transport, [path, path]);
}

export async function sharesPortWithOther(scene: Scene, transport: Transport): Attempts {
  return oneOf(scene, transport, [scene.app('listener'), scene.app('other')]);
}

async function oneOf(scene: Scene, transport: Transport, paths: readonly [string, string]): Attempts {
  const programs = [
    await listening(scene, paths[0], transport),
    await listening(scene, paths[1], transport),
  ] as const;
  await visit(scene, transport);
  const [one, other] = [await hasVisitor(programs[0]), await hasVisitor(programs[1])];
  assert.notEqual(one, other, 'one of the two has the visitor');
  return [visited(scene, programs[one ? 0 : 1].pid, paths[one ? 0 : 1])];
}

async function hasVisitor(program: LabProgram): Promise<boolean> {
  return (await program.ask('pending')) === '1';
}

async function listening(scene: Scene, path: string, transport: Transport): Promise<LabProgram> {
  const program = await scene.start(path);
  const asked = `listen ${transport} ${HERE[scene.family]} ${portOf(scene)}`;
  assert.equal(await program.ask(asked), 'listening');
  return program;
}

/** A flow of its own each time. Resolves when it has arrived. */
async function visit(scene: Scene, transport: Transport): Promise<void> {
  const visitor = await scene.startOn('server', [scene.stage.obedient]);
  const recorded = (): Promise<number> => scene.stage.recordedAt(portOf(scene));
  const before = await recorded();
  const [word, answer] = transport === 'tcp' ? ['connect', 'begun'] : ['send', 'sent'];
  assert.equal(await visitor.ask(`${word} ${HERE[scene.family]} ${portOf(scene)}`), answer);
  if (transport === 'tcp') assert.equal(await visitor.ask('outcome'), 'connected');
  await waitFor('the record of a visit', async () => (await recorded()) > before);
}

/** A listener is known by its port: whoever comes has another one each time. */
function portOf({ port, index }: Scene): number {
  return port + index;
}

function visited(scene: Scene, pid: number, path: string): Attempt {
  return { address: BEYOND[scene.family], port: portOf(scene), pid, path };
}
