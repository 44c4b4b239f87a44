// What a container has open through this machine when a rule begins to deny it, or its answer is taken back: ended like what the
// machine's own programs have open. What never came by here is not this firewall's, and stays.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { LabContainer } from '../lab/lab-container.ts';
import type { LabProgram } from '../lab/lab-program.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { openContainerStage } from './container-stage.ts';
import type { ContainerStage } from './container-stage.ts';
import { ruleFor } from './rule-for.ts';
import { PORT, SERVER } from './stage.ts';
import type { Kind, Stage } from './stage.ts';

const WITHIN_MS = atThisPaceMs(1000);
/** Long enough for whatever would be cut. */
const LOOKED_AT_MS = 600;
const LOOPBACK = '127.0.0.1';

describe('what a container has open', { skip: needsRoot, timeout: atThisPaceMs(120_000) }, () => {
  let containerStage: ContainerStage;
  let stage: Stage;
  let container: LabContainer;
  before(async () => {
    containerStage = await openContainerStage('web');
    ({ stage, container } = containerStage);
  });
  after(() => containerStage[Symbol.asyncDispose]());

  const idOf = (app: string): string => `container:docker/web:${app}`;
  const put = (app: string, action: 'ACTION_ALLOW' | 'ACTION_DENY') =>
    stage.person.client.putRule({
      rule: { ...ruleFor(app, action), priority: action === 'ACTION_DENY' ? 1 : 0 },
    });
  const speakIn = (app: string, kind: Kind, address: string): LabProgram =>
    stage.start(...container.inside(app, kind, address, String(PORT)));

  async function opened(app: string, kind: Kind, address: string): Promise<LabProgram> {
    const program = speakIn(app, kind, address);
    assert.equal(await program.line(0), 'answered');
    return program;
  }
  async function assertCut(program: LabProgram, change: () => unknown): Promise<void> {
    const startMs = performance.now();
    await change();
    assert.equal(await program.line(1), 'ECONNABORTED');
    const tookMs = performance.now() - startMs;
    assert.ok(tookMs < WITHIN_MS, `cut after ${tookMs} ms`);
  }

  for (const kind of ['tcp-long', 'udp-long'] as const)
    for (const family of [4, 6] as const)
      test(`${kind} over IPv${family} is cut by a deny, as history says; its neighbour stays`, async () => {
        const [app, bystander] = [stage.app(`cut-${kind}-${family}`), stage.app(`stays-${kind}-${family}`)];
        for (const allowed of [app, bystander]) await put(idOf(allowed), 'ACTION_ALLOW');
        const staying = await opened(bystander, kind, SERVER[family]);
        await assertCut(await opened(app, kind, SERVER[family]), () => put(idOf(app), 'ACTION_DENY'));
        await delay(LOOKED_AT_MS);
        assert.deepEqual(staying.lines, ['answered']);
        const [last] = await stage.person.records(idOf(app));
        assert.deepEqual([last?.action, last?.address, last?.port], ['ACTION_DENY', SERVER[family], PORT]);
        assert.match(last?.reason ?? '', /^rule \S+ \(cut\)$/);
      });

  test('what the kernel let through by itself is cut', async () => {
    const app = stage.app('known');
    await put(idOf(app), 'ACTION_ALLOW');
    await opened(app, 'tcp-long', SERVER[4]);
    const known = await opened(app, 'tcp-long', SERVER[4]);
    await assertCut(known, () => put(idOf(app), 'ACTION_DENY'));
  });

  test('what a rule for the whole container denies is cut', async () => {
    const app = stage.app('whole');
    await put(idOf(app), 'ACTION_ALLOW');
    const program = await opened(app, 'tcp-long', SERVER[4]);
    const { rule } = await put('container:docker/web', 'ACTION_DENY');
    assert.equal(await program.line(1), 'ECONNABORTED');
    await stage.person.client.deleteRule({ id: rule?.id ?? '' });
  });

  test('an answer that is taken back ends what it let through', async () => {
    const app = stage.app('undone');
    const program = speakIn(app, 'tcp-long', SERVER[4]);
    const { undoToken } = await stage.person.answer(await stage.person.asked(idOf(app)), { action: 'allow' });
    assert.equal(await program.line(0), 'answered');
    await assertCut(program, () => stage.person.client.undoDecision({ undoToken }));
  });

  test('what stays in the container was never judged here, and is not cut', async () => {
    const [app, listener] = [stage.app('inside'), stage.compile('hear')];
    const hearing = stage.start(...container.inside(listener, String(PORT), LOOPBACK));
    await hearing.line(0);
    const program = await opened(app, 'tcp-long', LOOPBACK);
    await put(idOf(app), 'ACTION_DENY');
    await delay(2 * LOOKED_AT_MS);
    assert.deepEqual(program.lines, ['answered']);
  });
});
