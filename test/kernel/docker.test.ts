// Containers of a real Docker: who they are is what Docker wrote down, whatever their network, and rules hold for their names.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { finish } from '../lab/commands.ts';
import { Docker, IMAGE, needsDocker } from '../lab/docker.ts';
import type { ContainerOptions } from '../lab/docker.ts';
import type { LabProgram } from '../lab/lab-program.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { PROGRAM } from '../lab/runtime-room.ts';
import { ruleFor } from './rule-for.ts';
import { PORT, SERVER, Stage } from './stage.ts';
import type { Kind, Launch } from './stage.ts';

const KINDS: readonly Kind[] = ['tcp', 'udp', 'ping-raw'];
const NETWORKS = ['host', undefined] as const;
const WITHIN_MS = atThisPaceMs(20_000);
const isTooSlow =
  process.env['SALLYPORT_SLOWNESS'] !== undefined && 'makes 20 containers, half a minute each: too slow here';

describe(
  'a container of Docker',
  { skip: needsRoot || needsDocker || isTooSlow, timeout: atThisPaceMs(240_000) },
  () => {
    const root = mkdtempSync(join(tmpdir(), 'sallyport-docker-'));
    let docker: Docker;
    let stage: Stage;
    const parts = new AsyncDisposableStack();
    before(async () => {
      parts.defer(() => rmSync(root, { recursive: true }));
      stage = parts.use(await Stage.open({ args: ['--container-root', root] }));
      docker = parts.use(
        await Docker.open({
          lab: stage.lab,
          root,
          program: stage.compile('speak', 'static', '-static'),
        }),
      );
    });
    after(() => parts.disposeAsync());

    const idOf = (name: string, path = PROGRAM): string => `container:docker/${name}:${path}`;
    const putRule = (id: string, action: 'ACTION_ALLOW' | 'ACTION_DENY') =>
      stage.person.client.putRule({ rule: ruleFor(id, action) });
    const speakTo = (kind: Kind, family: 4 | 6 = 4) => [kind, SERVER[family], String(PORT)] as const;
    const on = (network: 'host' | undefined) => ({ ...(network && { network }) });
    function start(options: ContainerOptions, ...command: readonly string[]): LabProgram {
      return stage.start(...docker.container(options, ...command));
    }
    /** What its program heard. Then the container has stopped. */
    async function heardOf(launch: Launch): Promise<string> {
      const [command, ...args] = stage.lab.inside('client', ...launch);
      const { stdout, stderr } = await finish(command, args);
      return stdout.trim() || stderr;
    }
    const heard = (options: ContainerOptions, ...command: readonly string[]): Promise<string> =>
      heardOf(docker.container(options, ...command));
    async function allowedOnce(id: string, program: LabProgram): Promise<void> {
      await stage.person.answer(await stage.person.asked(id), { action: 'allow', lifetime: 'once' });
      assert.equal(await program.line(0, WITHIN_MS), 'answered');
      await program.ended(WITHIN_MS);
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
          assert.deepEqual(said, { runtime: 'docker', name, image: IMAGE });
          await stage.person.answer(prompt, { action: 'allow' });
          assert.equal(await program.line(0, WITHIN_MS), 'answered');
        });

    test('is another App than the very same file outside, and than in another container', async () => {
      const app = stage.compile('speak', 'shared', '-static');
      await putRule(app, 'ACTION_ALLOW');
      await putRule(idOf('one', app), 'ACTION_DENY');
      const words = ['--volume', `${app}:${app}:ro`];
      assert.equal(await stage.speak(app, 'tcp').line(0), 'answered');
      for (const network of NETWORKS) {
        const place = { words, ...on(network) };
        assert.match(await heard({ name: 'one', ...place }, app, ...speakTo('tcp')), /^ECONN/);
        await allowedOnce(idOf('two', app), start({ name: 'two', ...place }, app, ...speakTo('tcp')));
      }
    });

    test('keeps its rules when it is started again, and when it is made again under its name', async () => {
      await putRule(idOf('kept'), 'ACTION_DENY');
      for (const network of NETWORKS)
        for (let made = 0; made < 2; made += 1) {
          const again = docker.create({ name: 'kept', ...on(network) }, PROGRAM, ...speakTo('tcp'));
          for (let started = 0; started < 2; started += 1) assert.match(await heardOf(again), /^ECONN/);
          docker.run('rm', 'kept');
        }
    });

    test('that is gone leaves its rules to no container of another name', async () => {
      await putRule(idOf('gone'), 'ACTION_DENY');
      assert.match(await heard({ name: 'gone' }, PROGRAM, ...speakTo('tcp')), /^ECONN/);
      await allowedOnce(idOf('next'), start({ name: 'next' }, PROGRAM, ...speakTo('tcp')));
    });

    test('that got another name has it from its next start on, and leaves the old one to who takes it', async () => {
      await putRule(idOf('before'), 'ACTION_DENY');
      docker.create({ name: 'before' }, PROGRAM, ...speakTo('tcp'));
      docker.run('rename', 'before', 'after');
      await allowedOnce(
        idOf('after'),
        stage.start(...docker.words('start', '--attach', '--interactive', 'after')),
      );
      docker.run('rm', 'after');
      assert.match(await heard({ name: 'before' }, PROGRAM, ...speakTo('tcp')), /^ECONN/);
    });

    test('has the programs that are started in it later, and a rule for all of them', async () => {
      const app = stage.compile('speak', 'second', '-static');
      await putRule('container:docker/whole', 'ACTION_DENY');
      const place = { name: 'whole', words: ['--volume', `${app}:${app}:ro`] };
      const first = start(place, PROGRAM, '--on-line', ...speakTo('tcp'));
      assert.equal(await first.line(0, WITHIN_MS), 'ready');
      const second = stage.start(...docker.words('exec', 'whole', app, ...speakTo('tcp')));
      assert.match(await second.line(0, WITHIN_MS), /^E(CONN|PERM)/);
      first.goOn();
      assert.match(await first.line(1, WITHIN_MS), /^E(CONN|PERM)/);
    });

    test('without a network has nothing to ask about', async () => {
      const said = await heard({ name: 'alone', network: 'none' }, PROGRAM, ...speakTo('tcp'));
      assert.equal(said, 'ENETUNREACH');
      assert.deepEqual(await stage.person.records(idOf('alone')), []);
    });
  },
);
