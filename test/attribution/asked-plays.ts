// What may become of a program while a person is asked about it. An answer is about what was asked, and about nothing that took its
// place: not another file at its path, not another program in its process, not another process with its number.
import assert from 'node:assert/strict';
import { appendFileSync, renameSync } from 'node:fs';
import type { Prompt } from '@sallyport/proto';
import { ruleFor } from '../kernel/rule-for.ts';
import { waitFor } from '../lab/commands.ts';
import type { LabProgram } from '../lab/lab-program.ts';
import type { Attempt } from './judge.ts';
import type { Scene } from './scene.ts';

const ALLOW_PROCESS = { action: 'allow', lifetime: 'untilProcessEnds' } as const;
const UNKNOWN = 'unknown';
const DENY_ONCE = { action: 'deny', lifetime: 'once' } as const;

/** Another file is moved to the path of the program. */
export async function replacedWhileAsked(scene: Scene): Promise<readonly Attempt[]> {
  const { address, port, person } = scene;
  const path = scene.app('program');
  const program = await scene.start(path);
  await learnt(scene, path, program);
  const prompt = await asked(scene, program, path);
  renameSync(scene.app('new'), path);
  const fresh = await scene.start(path);
  await assertNotKnown(scene, fresh);
  await person.answer(prompt, ALLOW_PROCESS);
  assert.equal(await program.ask('outcome'), 'ECONNREFUSED');
  const [gone, pid] = [`deleted:${path}`, program.pid];
  await refused(scene, program, { app: gone, port: port + 1 });
  await refused(scene, fresh, { app: path, port });
  return [
    { address, port, pid, path, action: 'ACTION_ALLOW' },
    { address, port: port + 1, pid, path: gone, action: 'ACTION_DENY' },
    { address, port, pid: fresh.pid, path, action: 'ACTION_DENY' },
  ];
}

/** Its file is written to, which takes that no process runs it any more: the one that was asked about has become another program. */
export async function rewrittenWhileAsked(scene: Scene): Promise<readonly Attempt[]> {
  const { address, port, person } = scene;
  const [path, other] = [scene.app('program'), scene.app('other')];
  const program = await scene.start(path);
  await learnt(scene, path, program);
  const prompt = await asked(scene, program, path);
  assert.equal(await program.ask(`become ${other}`), 'ready');
  appendFileSync(path, Buffer.from([0]));
  const fresh = await scene.start(path);
  await assertNotKnown(scene, fresh);
  await person.answer(prompt, ALLOW_PROCESS);
  assert.equal(await program.ask('outcome'), 'ECONNREFUSED');
  await refused(scene, program, { app: other, port: port + 1 });
  await refused(scene, fresh, { app: path, port });
  return [
    { address, port, pid: program.pid, path, action: 'ACTION_ALLOW' },
    { address, port: port + 1, pid: program.pid, path: other, action: 'ACTION_DENY' },
    { address, port, pid: fresh.pid, path, action: 'ACTION_DENY' },
  ];
}

/**
 * Its process becomes another program and sends to the same place, by the same socket. What two programs send with one flow key within
 * five seconds is known to be neither's: that is another question, and the answer to the first one lets none of it through.
 */
export async function execWhileAsked(scene: Scene): Promise<readonly Attempt[]> {
  const { address, port, person } = scene;
  const [path, other] = [scene.app('program'), scene.app('other')];
  const program = await scene.start(path);
  const send = `send ${address} ${port}`;
  assert.equal(await program.ask(send), 'sent');
  const prompt = await person.asked(path);
  assert.equal(await program.ask(`become ${other}`), 'ready');
  assert.equal(await program.ask(send), 'sent');
  await person.asked(UNKNOWN);
  await person.answer(prompt, { action: 'allow', lifetime: 'once' });
  await waitFor('the answer', () => person.prompts.length === 1);
  const left = await person.asked(UNKNOWN);
  await person.answer(left, DENY_ONCE);
  return [{ address, port, pid: program.pid, path, action: 'ACTION_ALLOW' }];
}

/** It ends, a child keeps its socket open, and another process of the same program gets its number. */
export async function pidReusedWhileAsked(scene: Scene): Promise<readonly Attempt[]> {
  const { address, port, person } = scene;
  const path = scene.app('program');
  const program = await scene.start(path);
  const { pid } = program;
  const prompt = await asked(scene, program, path);
  const child = Number(await program.ask('leave'));
  scene.endLater(child);
  const second = await scene.startAs(pid, path);
  assert.equal(await second.ask(`connect ${address} ${port + 1}`), 'begun');
  const both = await person.asked(path, 2);
  await person.answer(both, { ...ALLOW_PROCESS, flowIds: prompt.flows.map(({ id }) => id) });
  await waitFor('the answer', () => person.prompts[0]?.flows.length === 1);
  const left = await person.asked(path);
  assert.deepEqual(portsOf(left), [port + 1]);
  await person.answer(left, DENY_ONCE);
  return [
    { address, port, pid, path, action: 'ACTION_ALLOW' },
    { address, port: port + 1, pid, path, action: 'ACTION_DENY' },
  ];
}

/** A third port, which a rule allows and which the kernel knows by now. */
async function learnt(scene: Scene, app: string, program: LabProgram): Promise<void> {
  const { stage, person } = scene;
  if (!stage.knowsAllows) return;
  const rule = ruleFor(app, 'ACTION_ALLOW');
  assert.ok(rule.matcher);
  const ports = [{ from: knownPort(scene), to: knownPort(scene) }];
  await person.client.putRule({ rule: { ...rule, matcher: { ...rule.matcher, ports } } });
  const before = await stage.counter('knownAllowed');
  await waitFor('the kernel to know it', async () => {
    await speak(scene, program);
    return (await stage.counter('knownAllowed')) > before;
  });
}

/** The rule names the path, so that it holds; but it is the agent that says so, who looked at the file. */
async function assertNotKnown(scene: Scene, program: LabProgram): Promise<void> {
  const { stage } = scene;
  if (!stage.knowsAllows) return;
  const [known, unknown] = [await stage.counter('knownAllowed'), await stage.counter('notKnown')];
  await speak(scene, program);
  await waitFor('the agent to be asked', async () => (await stage.counter('notKnown')) > unknown);
  assert.equal(await stage.counter('knownAllowed'), known);
}

/** Not by the stream that waits. */
async function speak(scene: Scene, program: LabProgram): Promise<void> {
  assert.equal(await program.ask(`send ${scene.address} ${knownPort(scene)}`), 'sent');
}

function knownPort({ port }: Scene): number {
  return port + 2;
}

/** Its connection waits for an answer. */
async function asked({ address, port, person }: Scene, program: LabProgram, app: string): Promise<Prompt> {
  assert.equal(await program.ask(`connect ${address} ${port}`), 'begun');
  const prompt = await person.asked(app);
  assert.deepEqual(
    prompt.flows.map(({ process }) => process?.pid),
    [program.pid],
  );
  return prompt;
}

/** It is asked about as this App, and gets no for an answer. */
async function refused(
  { address, person }: Scene,
  program: LabProgram,
  { app, port }: { readonly app: string; readonly port: number },
): Promise<void> {
  assert.equal(await program.ask(`connect ${address} ${port}`), 'begun');
  const prompt = await person.asked(app);
  assert.deepEqual(portsOf(prompt), [port]);
  await person.answer(prompt, DENY_ONCE);
  assert.equal(await program.ask('outcome'), 'ECONNREFUSED');
}

function portsOf({ flows }: Prompt): readonly (number | undefined)[] {
  return flows.map(({ endpoint }) => endpoint?.port);
}
