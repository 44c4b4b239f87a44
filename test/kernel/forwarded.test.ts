// Containers with a network of their own, whose packets the machine forwards: each is asked about, by the App that sent it, and ruled on.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ContainerNetwork } from '../lab/container-network.ts';
import { waitFor } from '../lab/commands.ts';
import { LabContainer } from '../lab/lab-container.ts';
import type { LabProgram } from '../lab/lab-program.ts';
import { needsRoot } from '../lab/root.ts';
import { ruleFor } from './rule-for.ts';
import { PORT, SERVER, Stage } from './stage.ts';
import type { Kind } from './stage.ts';

const KINDS: readonly Kind[] = ['tcp', 'udp', 'udp-connected', 'ping-socket', 'ping-raw', 'raw-253'];

describe('what is forwarded for a container', { skip: needsRoot, timeout: 180_000 }, () => {
  const runtimeRoot = mkdtempSync(join(tmpdir(), 'sallyport-runtime-'));
  const parts = new DisposableStack();
  let stage: Stage;
  let web: LabContainer;
  let db: LabContainer;
  before(async () => {
    stage = await Stage.open({ args: ['--container-root', runtimeRoot] });
    [web, db] = ['web', 'db'].map((name, index) => containerOn(name, index + 1)) as [
      LabContainer,
      LabContainer,
    ];
  });
  after(async () => {
    await stage[Symbol.asyncDispose]();
    parts.dispose();
    rmSync(runtimeRoot, { recursive: true });
  });

  function containerOn(name: string, number: number): LabContainer {
    const network = new ContainerNetwork({ lab: stage.lab, number });
    parts.defer(() => network.close());
    const container = new LabContainer({ name, runtimeRoot, network: network.name });
    parts.defer(() => container.close());
    return container;
  }
  const idOf = (container: LabContainer, app: string): string => `container:docker/${container.name}:${app}`;
  const speakIn = (container: LabContainer, app: string, kind: Kind): LabProgram =>
    stage.start(...container.inside(app, kind, SERVER[4], String(PORT)));
  const putRule = (id: string, action: 'ACTION_ALLOW' | 'ACTION_DENY') =>
    stage.person.client.putRule({ rule: ruleFor(id, action) });

  for (const kind of KINDS)
    for (const family of [4, 6] as const)
      test(`${kind} over IPv${family} is asked about; it goes on when allowed, and is known then`, async () => {
        const app = stage.app(`asked-${kind}-${family}`);
        const words = web.inside(app, '--on-line', kind, SERVER[family], String(PORT));
        const program = stage.start(...words);
        await program.line(0);
        program.goOn();
        const prompt = await stage.person.asked(idOf(web, app));
        assert.equal(prompt.app?.container?.name, 'web');
        assert.equal(prompt.flows[0]?.endpoint?.address, SERVER[family]);
        await stage.person.answer(prompt, { action: 'allow' });
        for (const index of [1, 2, 3]) {
          assert.equal(await program.line(index), 'answered');
          program.goOn();
        }
      });

  for (const family of [4, 6] as const)
    test(`a denied connect over IPv${family} fails at once`, async () => {
      const app = stage.app(`denied-${family}`);
      await putRule(idOf(web, app), 'ACTION_DENY');
      for (const kind of ['tcp', 'udp-connected'] as const) {
        const startedMs = performance.now();
        assert.match(
          await stage.start(...web.inside(app, kind, SERVER[family], String(PORT))).line(0),
          /^ECONN/,
        );
        assert.ok(performance.now() - startedMs < 5000);
      }
    });

  test('the host, and two containers, are three Apps, though the file is one', async () => {
    const app = stage.app('three');
    await putRule(app, 'ACTION_ALLOW');
    await putRule(idOf(db, app), 'ACTION_DENY');
    assert.equal(await stage.speak(app, 'tcp').line(0), 'answered');
    assert.match(await speakIn(db, app, 'tcp').line(0), /^ECONN/);
    const program = speakIn(web, app, 'tcp');
    await stage.person.answer(await stage.person.asked(idOf(web, app)), {
      action: 'allow',
      lifetime: 'once',
    });
    assert.equal(await program.line(0), 'answered');
  });

  test('a question that its program gives up is withdrawn', async () => {
    const app = stage.app('gives-up');
    const program = speakIn(web, app, 'tcp');
    const prompt = await stage.person.asked(idOf(web, app));
    await program.end();
    await waitFor('the question to go', () => !stage.person.prompts.some(({ id }) => id === prompt.id));
  });

  test('a rule that changes holds for the next flow, whatever the kernel knows', async () => {
    const app = stage.app('changed');
    for (const action of ['ACTION_ALLOW', 'ACTION_DENY', 'ACTION_ALLOW'] as const) {
      const { rule } = await putRule(idOf(web, app), action);
      for (const kind of ['tcp', 'udp'] as const)
        for (let time = 0; time < 2; time += 1) {
          const heard = await speakIn(web, app, kind).line(0);
          assert.match(heard, action === 'ACTION_ALLOW' ? /^answered/ : /^ECONN/, kind);
        }
      await stage.person.client.deleteRule({ id: rule?.id ?? '' });
    }
  });

  test('a container that is made again with another address keeps its rules', async () => {
    const app = stage.app('kept');
    await putRule(`container:docker/kept:${app}`, 'ACTION_ALLOW');
    for (const number of [11, 12])
      assert.equal(await speakIn(containerOn('kept', number), app, 'tcp').line(0), 'answered');
  });

  test('what an allowed flow carries is counted', async () => {
    const app = stage.app('carries');
    await putRule(idOf(web, app), 'ACTION_ALLOW');
    assert.equal(await speakIn(web, app, 'tcp').line(0), 'answered');
    const isCounted = async (): Promise<boolean> =>
      (await stage.person.records(idOf(web, app))).some(({ traffic }) => Number(traffic?.packetsIn ?? 0) > 0);
    await waitFor('what it carried', isCounted, 10_000);
  });
});
