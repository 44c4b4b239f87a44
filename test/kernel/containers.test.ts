// Programs in containers that use the network of the machine: named by runtime, container and path, and ruled on so.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { LabContainer } from '../lab/lab-container.ts';
import { needsRoot } from '../lab/root.ts';
import { ruleFor } from './rule-for.ts';
import { PORT, SERVER, Stage } from './stage.ts';

describe('a container with the network of the machine', { skip: needsRoot, timeout: 120_000 }, () => {
  const runtimeRoot = mkdtempSync(join(tmpdir(), 'sallyport-runtime-'));
  let stage: Stage;
  before(async () => void (stage = await Stage.open({ args: ['--container-root', runtimeRoot] })));
  after(async () => {
    await stage[Symbol.asyncDispose]();
    rmSync(runtimeRoot, { recursive: true });
  });

  async function inContainer(name: string, act: (container: LabContainer) => Promise<void>): Promise<void> {
    const container = new LabContainer({ name, runtimeRoot });
    try {
      await act(container);
    } finally {
      container.close();
    }
  }

  /** What a program of the container heard. */
  async function spoken(container: LabContainer, app: string, answer?: (id: string) => Promise<void>) {
    const program = stage.start(...container.inside(app, 'tcp', SERVER[4], String(PORT)));
    try {
      await answer?.(`container:docker/${container.name}:${app}`);
      return await program.line(0);
    } finally {
      await program.end();
    }
  }
  test('is another App than the very same file outside, and than in another container', async () => {
    const app = stage.app('same');
    await stage.person.client.putRule({ rule: ruleFor(app, 'ACTION_ALLOW') });
    assert.equal(await stage.speak(app, 'tcp').line(0), 'answered');
    assert.equal(await stage.speak(app, 'tcp').line(0), 'answered', 'and from the verdict cache');
    for (const called of ['web', 'db'])
      await inContainer(called, async (container) => {
        const heard = await spoken(container, app, async (id) => {
          const prompt = await stage.person.asked(id);
          assert.equal(prompt.app?.name, `same (in container ${called})`);
          const said = { runtime: 'docker', id: container.id, name: called, image: 'debian:12' };
          assert.deepEqual({ ...prompt.app.container }, said);
          await stage.person.answer(prompt, { action: called === 'web' ? 'allow' : 'deny' });
        });
        assert.match(heard, called === 'web' ? /^answered/ : /^E/);
      });
  });

  test('keeps its rules when it is made again under its name, and no other container has them', async () => {
    const app = stage.app('lasting');
    await stage.person.client.putRule({ rule: ruleFor(`container:docker/kept:${app}`, 'ACTION_ALLOW') });
    for (let made = 0; made < 2; made += 1)
      await inContainer('kept', async (container) => {
        assert.equal(await spoken(container, app), 'answered');
        assert.equal(await spoken(container, app), 'answered', 'and from the verdict cache');
      });
    await inContainer('other', async (container) => {
      const heard = await spoken(container, app, async (id) => {
        await stage.person.answer(await stage.person.asked(id), { action: 'deny', lifetime: 'once' });
      });
      assert.match(heard, /^E/);
    });
  });
});
