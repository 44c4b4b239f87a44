// A rule for a whole container: it holds for every program in it, whatever is known of its file, and for nothing outside.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ContainerNetwork } from '../lab/container-network.ts';
import { LabContainer } from '../lab/lab-container.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { ruleFor } from './rule-for.ts';
import { PORT, SERVER, Stage } from './stage.ts';
import type { Kind } from './stage.ts';

/** Each program runs twice: what the kernel knows from the first time decides the second. */
const TIMES = ['first', 'second'];

describe('a rule for a whole container', { skip: needsRoot, timeout: atThisPaceMs(180_000) }, () => {
  const runtimeRoot = mkdtempSync(join(tmpdir(), 'sallyport-runtime-'));
  const parts = new DisposableStack();
  let stage: Stage;
  before(async () => {
    stage = await Stage.open({ args: ['--container-root', runtimeRoot, '--unknown', 'allow'] });
    parts.defer(() => rmSync(runtimeRoot, { recursive: true }));
  });
  after(async () => {
    await stage[Symbol.asyncDispose]();
    parts.dispose();
  });

  /** One at a time, with a turn for what the agent says: where the machine is emulated, a network takes many seconds to make. */
  async function networked(name: string, number: number | undefined): Promise<LabContainer> {
    await setImmediate();
    return container(name, number);
  }
  function container(name: string, number?: number): LabContainer {
    const network = number === undefined ? undefined : new ContainerNetwork({ lab: stage.lab, number });
    if (network !== undefined) parts.defer(() => network.close());
    const made = new LabContainer({ name, runtimeRoot, ...(network && { network: network.name }) });
    parts.defer(() => made.close());
    return made;
  }
  function heard(place: LabContainer | undefined, words: readonly string[], kind: Kind = 'tcp') {
    const command = [...words, kind, SERVER[4], String(PORT)];
    const [first = '', ...rest] = place === undefined ? command : place.inside(...command);
    return stage.start(first, ...rest).line(0);
  }
  const put = (app: string, action: 'ACTION_ALLOW' | 'ACTION_DENY') =>
    stage.person.client.putRule({ rule: ruleFor(app, action) });

  for (const [where, number] of [
    ['on the network of the machine', undefined],
    ['with a network of its own', 1],
  ] as const)
    test(`denies all its programs, and none of another one or of the machine: ${where}`, async () => {
      const tag = number ?? 0;
      const app = stage.app(`same-${tag}`);
      const web = await networked(`web-${tag}`, number);
      const db = await networked(`db-${tag}`, number && number + 1);
      await setImmediate();
      const { rule } = await put(`container:docker/web-${tag}`, 'ACTION_DENY');
      assert.equal(
        rule?.sentence,
        `Any app in container docker/web-${tag} may not connect to any address, always`,
      );
      for (const place of [web, db, undefined])
        for (const kind of ['tcp', 'udp-connected'] as const)
          for (const time of TIMES) {
            const said = await heard(place, [app], kind);
            assert.match(said, place === web ? /^E(CONN|PERM)/ : /^answered$/, `${place?.name} ${time}`);
          }
    });

  test('denies programs that have no file, or one that is gone', async () => {
    const place = container('ghosts');
    await put('container:docker/ghosts', 'ACTION_DENY');
    const inMemory = [stage.compile('in-memory'), 'ghost', stage.app('body')];
    const gone = [
      'sh',
      '-c',
      `cp "$0" "$0-gone" && exec 3<"$0-gone" && rm "$0-gone" && exec /proc/self/fd/3 "$@"`,
    ];
    for (const words of [inMemory, [...gone, stage.app('removed')]])
      for (const time of TIMES) {
        assert.match(await heard(place, words), /^E/, time);
        assert.equal(await heard(undefined, words), 'answered');
      }
  });

  test('comes after a rule for one of its programs, and before one for any program', async () => {
    const place = container('ordered');
    const [one, other] = [stage.app('one'), stage.app('other')];
    await put('container:docker/ordered', 'ACTION_DENY');
    await put(`container:docker/ordered:${one}`, 'ACTION_ALLOW');
    const { rule } = await put('', 'ACTION_ALLOW');
    for (const time of TIMES) {
      assert.equal(await heard(place, [one]), 'answered', time);
      assert.match(await heard(place, [other]), /^E/);
    }
    await stage.person.client.deleteRule({ id: rule?.id ?? '' });
  });

  test('allows all its programs, and no other, for a container that is made again', async () => {
    const app = stage.app('let');
    await put('container:docker/let', 'ACTION_ALLOW');
    const { rule } = await put('', 'ACTION_DENY');
    for (const time of TIMES) {
      const place = container('let');
      assert.equal(await heard(place, [app]), 'answered', time);
      assert.equal(await heard(place, [app]), 'answered', time);
      assert.match(await heard(undefined, [app]), /^E/);
      assert.match(await heard(container('not-let'), [app]), /^E/);
    }
    await stage.person.client.deleteRule({ id: rule?.id ?? '' });
  });

  test('is made by an answer for the container, which answers its other programs as well', async (context) => {
    const ask = (unknownFlows: 'UNKNOWN_FLOWS_ASK' | 'UNKNOWN_FLOWS_ALLOW') =>
      stage.person.client.setMode({ change: 'unknownFlows', unknownFlows });
    await ask('UNKNOWN_FLOWS_ASK');
    context.after(() => ask('UNKNOWN_FLOWS_ALLOW'));
    const [app, other, third] = [stage.app('first'), stage.app('other'), stage.app('third')];
    const place = container('asking');
    const [one, another] = [heard(place, [app]), heard(place, [other])];
    const prompt = await stage.person.asked(`container:docker/asking:${app}`);
    await stage.person.asked(`container:docker/asking:${other}`);
    assert.equal(prompt.container, 'container:docker/asking');
    const { rules } = await stage.person.answer(prompt, { action: 'allow', forContainer: true });
    assert.deepEqual(
      rules.map(({ sentence }) => sentence),
      ['Any app in container docker/asking may connect to 1.2.3.4 on port 4433 (TCP), always'],
    );
    assert.deepEqual([await one, await another], ['answered', 'answered']);
    assert.equal(await heard(container('asking'), [third]), 'answered', 'made again, and of another program');
    const outside = heard(undefined, [app]);
    const alone = await stage.person.asked(app);
    assert.equal(alone.container, '');
    await assert.rejects(stage.person.answer(alone, { action: 'allow', forContainer: true }), /no container/);
    await stage.person.answer(alone, { action: 'deny' });
    assert.match(await outside, /^E/);
  });

  test('cuts what its programs have open', async () => {
    const place = container('cut');
    const [app, outside] = [stage.app('open'), stage.app('outside')];
    const start = (...words: readonly string[]) => {
      const [first = '', ...rest] = words;
      return stage.start(first, ...rest, 'tcp-long', SERVER[4], String(PORT));
    };
    const [inside, other] = [start(...place.inside(app)), start(outside)];
    assert.deepEqual([await inside.line(0), await other.line(0)], ['answered', 'answered']);
    await put('container:docker/cut', 'ACTION_DENY');
    assert.match(await inside.line(1), /^E/);
    assert.equal(other.lines.length, 1);
  });
});
