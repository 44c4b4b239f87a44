// Which App a process is, when it tries to be another or no longer has a file: named as what it is, and never allowed for good.
import assert from 'node:assert/strict';
import { renameSync, rmSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Prompt } from '@sallyport/proto';
import type { LabProgram } from '../lab/lab-program.ts';
import { needsRoot } from '../lab/root.ts';
import { ruleFor } from './rule-for.ts';
import { PORT, Stage } from './stage.ts';

describe('identities', { skip: needsRoot, timeout: 120_000 }, () => {
  let stage: Stage;
  before(async () => void (stage = await Stage.open()));
  after(() => stage[Symbol.asyncDispose]());

  const refusal = (answered: Promise<unknown>): Promise<void> =>
    assert.rejects(answered, {
      kind: 'refused',
      message: /no proven path.*Answer once or until the process ends/,
    });

  /** Refused for good, then allowed once; asked again; allowed until the process ends; not asked again. */
  async function answerStepByStep(program: LabProgram, appId: string): Promise<void> {
    program.goOn();
    const first = await stage.person.asked(appId);
    assertIs(first, program);
    for (const action of ['allow', 'deny'] as const) await refusal(stage.person.answer(first, { action }));
    await stage.person.answer(first, { action: 'allow', lifetime: 'once' });
    assert.equal(await program.line(1), 'answered');
    program.goOn();
    const second = await stage.person.asked(appId);
    await stage.person.answer(second, { action: 'allow', lifetime: 'untilProcessEnds' });
    assert.equal(await program.line(2), 'answered');
    program.goOn();
    assert.equal(await program.line(3), 'answered');
    assert.deepEqual(await reasons(appId), ['rule', 'prompt', 'prompt']);
  }

  async function reasons(appId: string): Promise<readonly (string | undefined)[]> {
    return (await stage.person.records(appId)).map(({ reason }) => reason.split(' ')[0]);
  }

  test('an executable that was deleted while it ran', async () => {
    const path = stage.app('removed');
    const program = await stage.speakLater(path, 'tcp');
    rmSync(path);
    await answerStepByStep(program, `deleted:${path}`);
  });

  test('an executable in whose place another was moved while it ran; the new one is the App of the path', async () => {
    const path = stage.app('updated');
    const old = await stage.speakLater(path, 'tcp');
    renameSync(stage.app('updated.new'), path);
    await answerStepByStep(old, `deleted:${path}`);
    const fresh = stage.speak(path, 'tcp');
    assertIs(await stage.person.asked(path), fresh);
  });

  test('an executable that never had a file', async () => {
    const launch = [stage.compile('in-memory'), 'ghost', stage.app('body')] as const;
    await answerStepByStep(await stage.speakLater(launch, 'tcp'), 'memfd:ghost');
  });

  test('a program of another mount namespace that has the path of an allowed one', async () => {
    const [allowed, impostor] = [stage.app('allowed'), stage.app('impostor')];
    await stage.person.client.putRule({ rule: ruleFor(allowed, 'ACTION_ALLOW') });
    assert.equal(await stage.speak(allowed, 'tcp').line(0), 'answered');
    const disguise = `mount --bind '${impostor}' '${allowed}' && exec "$0" "$@"`;
    const program = await stage.speakLater(['unshare', '--mount', 'sh', '-c', disguise, allowed], 'tcp');
    const namespace = stage.mountNamespaceOf(program.pid);
    await answerStepByStep(program, `mnt-${namespace}:${allowed}`);
  });

  test('a rule may deny such an App for good, and not allow it', async () => {
    const path = stage.app('denied-for-good');
    const appId = `deleted:${path}`;
    await assert.rejects(stage.person.client.putRule({ rule: ruleFor(appId, 'ACTION_ALLOW') }), {
      message: /only a path may be allowed for longer than a process/,
    });
    await stage.person.client.putRule({ rule: ruleFor(appId, 'ACTION_DENY') });
    const program = await stage.speakLater(path, 'tcp');
    rmSync(path);
    program.goOn();
    assert.match(await program.line(1), /^ECONN/);
    assert.deepEqual(await reasons(appId), ['rule']);
  });

  test('two Apps of one name in two folders have a card each, and an answer to one is none to the other', async () => {
    const paths = [stage.app('here/twin'), stage.app('there/twin')] as const;
    const programs = paths.map((path) => stage.speak(path, 'tcp'));
    const [here, there] = [await stage.person.asked(paths[0]), await stage.person.asked(paths[1])];
    assert.notEqual(here.id, there.id);
    assert.equal(here.app?.name, there.app?.name);
    await stage.person.answer(here, { action: 'allow' });
    assert.equal(await programs[0]?.line(0), 'answered');
    assertIs(await stage.person.asked(paths[1]), programs[1]);
    await stage.person.answer(there, { action: 'deny' });
    assert.match((await programs[1]?.line(0)) ?? '', /^ECONN/);
  });

  test('a file that somebody looked at meanwhile stays the same App, and its process the same process', async () => {
    const path = stage.app('looked-at');
    const program = await stage.speakLater(path, 'raw-253');
    program.goOn();
    await stage.person.answer(await stage.person.asked(path), { action: 'allow' });
    assert.equal(await program.line(1), 'answered');
    stage.lab.run('client', 'stat', path);
    program.goOn();
    assert.equal(await program.line(2), 'answered');
  });
});

function assertIs(prompt: Prompt, program: LabProgram | undefined): void {
  const found = prompt.flows.map(({ process, endpoint }) => [process?.pid, endpoint?.port]);
  assert.deepEqual(found, [[program?.pid, PORT]]);
}
