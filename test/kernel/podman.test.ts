// Containers of a real Podman: who they are is what Podman wrote down, whatever their network, and rules hold for their names.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { finish } from '../lab/commands.ts';
import { IMAGE, needsPodman, Podman } from '../lab/podman.ts';
import type { RunOptions } from '../lab/podman.ts';
import type { LabProgram } from '../lab/lab-program.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { PROGRAM } from '../lab/runtime-room.ts';
import { ruleFor } from './rule-for.ts';
import { PORT, SERVER, Stage } from './stage.ts';
import type { Kind } from './stage.ts';

const KINDS: readonly Kind[] = ['tcp', 'udp', 'ping-raw'];
const WITHIN_MS = atThisPaceMs(20_000);
const isTooSlow =
  process.env['SALLYPORT_SLOWNESS'] !== undefined && 'makes 20 containers, half a minute each: too slow here';

describe(
  'a container of Podman',
  { skip: needsRoot || needsPodman || isTooSlow, timeout: atThisPaceMs(240_000) },
  () => {
    const root = mkdtempSync(join(tmpdir(), 'sallyport-podman-'));
    let podman: Podman;
    let stage: Stage;
    before(async () => {
      stage = await Stage.open({ args: ['--container-root', root] });
      podman = await Podman.open({
        lab: stage.lab,
        root,
        program: stage.compile('speak', 'static', '-static'),
      });
    });
    after(async () => {
      await podman[Symbol.asyncDispose]();
      await stage[Symbol.asyncDispose]();
      rmSync(root, { recursive: true });
    });

    const idOf = (name: string, path = PROGRAM): string => `container:podman/${name}:${path}`;
    const putRule = (id: string, action: 'ACTION_ALLOW' | 'ACTION_DENY') =>
      stage.person.client.putRule({ rule: ruleFor(id, action) });
    const speakTo = (kind: Kind, family: 4 | 6 = 4) => [kind, SERVER[family], String(PORT)] as const;
    function start(options: RunOptions, ...command: readonly string[]): LabProgram {
      return stage.start(...podman.container(options, ...command));
    }
    /** What its program heard. Then the container is gone. */
    async function heard(options: RunOptions, ...words: readonly string[]): Promise<string> {
      const [command, ...args] = stage.lab.inside('client', ...podman.container(options, ...words));
      const { stdout, stderr } = await finish(command, args);
      return stdout.trim() || stderr;
    }

    for (const kind of KINDS)
      for (const family of [4, 6] as const)
        test(`is asked about by its name, with its image: ${kind} over IPv${family}`, async () => {
          const name = `web-${kind}-${family}`;
          const program = start({ name }, PROGRAM, ...speakTo(kind, family));
          const prompt = await stage.person.asked(idOf(name));
          assert.equal(prompt.app?.name, `program (in container ${name})`);
          const { id, ...said } = { ...prompt.app.container };
          assert.match(id ?? '', /^[0-9a-f]{64}$/);
          assert.deepEqual(said, { runtime: 'podman', name, image: IMAGE });
          await stage.person.answer(prompt, { action: 'allow' });
          assert.equal(await program.line(0, WITHIN_MS), 'answered');
        });

    test('is another App than the very same file outside, and than in another container', async () => {
      const app = stage.compile('speak', 'shared', '-static');
      await putRule(app, 'ACTION_ALLOW');
      await putRule(idOf('one', app), 'ACTION_DENY');
      const words = ['--volume', `${app}:${app}:ro`];
      assert.equal(await stage.speak(app, 'tcp').line(0), 'answered');
      for (const network of ['host', undefined] as const) {
        const place = { words, ...(network && { network }) };
        assert.match(await heard({ name: 'one', ...place }, app, ...speakTo('tcp')), /^ECONN/);
        const program = start({ name: 'two', ...place }, app, ...speakTo('tcp'));
        const prompt = await stage.person.asked(idOf('two', app));
        await stage.person.answer(prompt, { action: 'allow', lifetime: 'once' });
        assert.equal(await program.line(0, WITHIN_MS), 'answered');
      }
    });

    test('keeps its rules when it is made again under its name', async () => {
      await putRule(idOf('kept'), 'ACTION_DENY');
      for (const network of ['host', undefined] as const)
        for (let made = 0; made < 2; made += 1) {
          const place = { name: 'kept', ...(network && { network }) };
          assert.match(await heard(place, PROGRAM, ...speakTo('tcp')), /^ECONN/);
        }
    });

    test('has the programs that are started in it later', async () => {
      await putRule(idOf('later'), 'ACTION_DENY');
      const first = start({ name: 'later' }, PROGRAM, '--on-line', ...speakTo('tcp'));
      assert.equal(await first.line(0, WITHIN_MS), 'ready');
      const second = stage.start(...podman.words('exec', 'later', PROGRAM, ...speakTo('tcp')));
      assert.match(await second.line(0, WITHIN_MS), /^ECONN/);
      first.goOn();
      assert.match(await first.line(1, WITHIN_MS), /^ECONN/);
    });

    test('has the same name where its users are others than outside', async () => {
      await putRule(idOf('mapped'), 'ACTION_DENY');
      const words = ['--uidmap', '0:100000:1000', '--gidmap', '0:100000:1000'];
      assert.match(await heard({ name: 'mapped', words }, PROGRAM, ...speakTo('tcp')), /^ECONN/);
    });

    test('without a network has nothing to ask about', async () => {
      const said = await heard({ name: 'alone', network: 'none' }, PROGRAM, ...speakTo('tcp'));
      assert.equal(said, 'ENETUNREACH');
      assert.deepEqual(await stage.person.records(idOf('alone')), []);
    });

    test('behind slirp4netns is slirp4netns: it has no packets of its own here', async (context) => {
      if (!existsSync('/usr/bin/slirp4netns'))
        return context.skip('needs slirp4netns: apt-get install slirp4netns');
      const program = start({ name: 'proxied', network: 'slirp4netns' }, PROGRAM, ...speakTo('tcp'));
      await stage.person.answer(await stage.person.asked('/usr/bin/slirp4netns'), { action: 'allow' });
      assert.equal(await program.line(0, WITHIN_MS), 'answered');
    });
  },
);
