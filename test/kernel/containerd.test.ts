// Containers of a real containerd: named by the id that their maker chose, or as Kubernetes and nerdctl tell containerd to write down.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ContainerNetwork } from '../lab/container-network.ts';
import { Containerd, needsContainerd } from '../lab/containerd.ts';
import type { ContainerOptions } from '../lab/containerd.ts';
import type { LabProgram } from '../lab/lab-program.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { PROGRAM } from '../lab/runtime-room.ts';
import { ruleFor } from './rule-for.ts';
import { PORT, SERVER, Stage } from './stage.ts';

const WITHIN_MS = atThisPaceMs(20_000);
const isTooSlow =
  process.env['SALLYPORT_SLOWNESS'] !== undefined && 'makes 15 containers, half a minute each: too slow here';
const DIGITS = '0123456789abcdef'.repeat(4);

describe(
  'a container of containerd',
  { skip: needsRoot || needsContainerd || isTooSlow, timeout: atThisPaceMs(180_000) },
  () => {
    const root = mkdtempSync(join(tmpdir(), 'sallyport-containerd-'));
    const parts = new AsyncDisposableStack();
    let stage: Stage;
    let network: ContainerNetwork;
    let containerd: Containerd;
    before(async () => {
      parts.defer(() => rmSync(root, { recursive: true }));
      stage = parts.use(await Stage.open({ args: ['--container-root', root] }));
      network = parts.use(new ContainerNetwork({ lab: stage.lab, number: 1 }));
      const program = stage.compile('speak', 'static', '-static');
      containerd = parts.use(await Containerd.open({ lab: stage.lab, root, program }));
    });
    after(() => parts.disposeAsync());

    const idOf = (name: string): string => `container:containerd/${name}:${PROGRAM}`;
    const putRule = (id: string, action: 'ACTION_ALLOW' | 'ACTION_DENY') =>
      stage.person.client.putRule({ rule: ruleFor(id, action) });
    const speakTo = (family: 4 | 6 = 4) => ['tcp', SERVER[family], String(PORT)] as const;
    const networks = () => [undefined, network.name];
    const on = (name: string | undefined) => ({ ...(name !== undefined && { network: name }) });
    function start(options: ContainerOptions, ...command: readonly string[]): LabProgram {
      return stage.start(...containerd.container(options, ...command));
    }
    /** What its program heard. Then the container is gone. */
    async function heard(options: ContainerOptions): Promise<string> {
      const program = start(options, PROGRAM, ...speakTo());
      const said = await program.line(0, WITHIN_MS);
      await program.ended(WITHIN_MS);
      return said;
    }

    for (const place of ['host', 'own'] as const)
      for (const family of [4, 6] as const)
        test(`is asked about by its id: ${place} network, IPv${family}`, async () => {
          const id = `web-${place}-${family}`;
          const where = on(place === 'own' ? network.name : undefined);
          const program = start({ id, ...where }, PROGRAM, ...speakTo(family));
          const prompt = await stage.person.asked(idOf(id));
          assert.deepEqual({ ...prompt.app?.container }, { runtime: 'containerd', id, name: id, image: '' });
          await stage.person.answer(prompt, { action: 'allow' });
          assert.equal(await program.line(0, WITHIN_MS), 'answered');
        });

    test('keeps its rules when it is made again under its id, and leaves them to no other', async () => {
      await putRule(idOf('kept'), 'ACTION_DENY');
      for (const where of networks())
        for (let made = 0; made < 2; made += 1)
          assert.match(await heard({ id: 'kept', ...on(where) }), /^ECONN/);
      const other = start({ id: 'other' }, PROGRAM, ...speakTo());
      await stage.person.answer(await stage.person.asked(idOf('other')), {
        action: 'deny',
        lifetime: 'once',
      });
      assert.match(await other.line(0, WITHIN_MS), /^E/);
    });

    test('has the programs that are started in it later, and a rule for all of them', async () => {
      await putRule('container:containerd/whole', 'ACTION_DENY');
      const first = start({ id: 'whole' }, PROGRAM, '--on-line', ...speakTo());
      assert.equal(await first.line(0, WITHIN_MS), 'ready');
      const second = stage.start(...containerd.inside('whole', PROGRAM, ...speakTo()));
      assert.match(await second.line(0, WITHIN_MS), /^E(CONN|PERM)/);
      first.goOn();
      assert.match(await first.line(1, WITHIN_MS), /^E(CONN|PERM)/);
    });

    test('of Kubernetes is namespace, pod and container, with its image', async (context) => {
      const said = {
        'sandbox-namespace': 'shop',
        'sandbox-name': 'web-0',
        'container-name': 'nginx',
        'image-name': 'nginx:1.27',
      };
      const words = Object.entries(said).flatMap(([key, value]) => [
        '--annotation',
        `io.kubernetes.cri.${key}=${value}`,
      ]);
      const cgroup = `kubepods/besteffort/pod-${process.pid}`;
      context.after(() => containerd.removeCgroups(cgroup, 'kubepods/besteffort', 'kubepods'));
      const place = {
        namespace: 'k8s.io',
        id: DIGITS,
        words: [...words, '--cgroup', `/${cgroup}/${DIGITS}`],
      };
      for (const where of networks()) {
        const program = start({ ...place, ...on(where) }, PROGRAM, ...speakTo());
        const prompt = await stage.person.asked(idOf('shop/web-0/nginx'));
        assert.equal(prompt.app?.container?.image, 'nginx:1.27');
        assert.equal(prompt.container, 'container:containerd/shop/web-0/nginx');
        await stage.person.answer(prompt, { action: 'allow', lifetime: 'once' });
        assert.equal(await program.line(0, WITHIN_MS), 'answered');
        await program.ended(WITHIN_MS);
      }
    });

    test('of nerdctl has the name that nerdctl gave it', async () => {
      const id = DIGITS.replace('0', 'f');
      await putRule(idOf('shop'), 'ACTION_DENY');
      assert.match(await heard({ id, words: ['--annotation', 'nerdctl/name=shop'] }), /^ECONN/);
    });

    test('whose id was made up has no name that a lasting rule could have', async () => {
      const id = DIGITS.replace('0', 'e');
      const program = start({ id }, PROGRAM, ...speakTo());
      const prompt = await stage.person.asked(idOf(`id=${id}`));
      assert.deepEqual([prompt.app?.mayCarryLastingRule, prompt.container], [false, '']);
      await stage.person.answer(prompt, { action: 'allow', lifetime: 'untilProcessEnds' });
      assert.equal(await program.line(0, WITHIN_MS), 'answered');
    });
  },
);
