// Containers of a Podman that is not root's: behind a proxy they are the proxy; on the network of the machine they have their user's id
// and the name that Podman's monitor was told.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { waitFor } from '../lab/commands.ts';
import type { LabProgram } from '../lab/lab-program.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { needsRootlessPodman, RootlessPodman, UID } from '../lab/rootless-podman.ts';
import type { DelegatedCgroup, RootlessContainer } from '../lab/rootless-podman.ts';
import { PROGRAM } from '../lab/runtime-room.ts';
import { ruleFor } from './rule-for.ts';
import { PORT, SERVER, Stage } from './stage.ts';
import type { Kind } from './stage.ts';

const WITHIN_MS = atThisPaceMs(20_000);
const SLIRP = '/usr/bin/slirp4netns';
const isTooSlow =
  process.env['SALLYPORT_SLOWNESS'] !== undefined && 'makes containers, half a minute each: too slow here';

describe(
  'a container of a Podman that is not root’s',
  { skip: needsRoot || needsRootlessPodman || isTooSlow, timeout: atThisPaceMs(120_000) },
  () => {
    const root = mkdtempSync(join(tmpdir(), 'sallyport-rootless-'));
    const parts = new AsyncDisposableStack();
    let podman: RootlessPodman;
    let stage: Stage;
    before(async () => {
      parts.defer(() => rmSync(root, { recursive: true, force: true }));
      stage = parts.use(await Stage.open());
      const program = stage.compile('speak', 'static', '-static');
      podman = parts.use(await RootlessPodman.open({ lab: stage.lab, root, program }));
    });
    after(() => parts.disposeAsync());

    const speakTo = (kind: Kind) => [PROGRAM, kind, SERVER[4], String(PORT)] as const;
    function start(network: RootlessContainer['network'], kind: Kind): LabProgram {
      return stage.start(...podman.container({ network }, ...speakTo(kind)));
    }
    /** Named `web`, with a cgroup of its own. */
    function startIn(cgroup: DelegatedCgroup, network: RootlessContainer['network']): LabProgram {
      const words = ['--name', 'web', ...cgroup.words];
      return stage.start(...cgroup.inside(...podman.container({ network, words }, ...speakTo('tcp'))));
    }

    for (const kind of ['tcp', 'udp'] as const)
      test(`behind slirp4netns is slirp4netns of that user, whatever it runs: ${kind}`, async () => {
        const program = start('slirp4netns', kind);
        const prompt = await stage.person.asked(SLIRP);
        assert.equal(prompt.flows[0]?.process?.uid, UID);
        assert.equal(prompt.container, '');
        await stage.person.answer(prompt, { action: 'allow', lifetime: 'once' });
        assert.equal(await program.line(0, WITHIN_MS), 'answered');
        await program.ended(WITHIN_MS);
      });

    test('behind slirp4netns is refused by a deny for slirp4netns', async (context) => {
      const { rule } = await stage.person.client.putRule({ rule: ruleFor(SLIRP, 'ACTION_DENY') });
      context.after(() => stage.person.client.deleteRule({ id: rule?.id ?? '' }));
      assert.match(await start('slirp4netns', 'tcp').line(0, WITHIN_MS), /^E/);
    });

    test('with a cgroup of its own has the name that its monitor was told, and its user’s id', async (context) => {
      const cgroup = podman.delegated();
      context.after(() => cgroup.close());
      const web = startIn(cgroup, 'host');
      const prompt = await stage.person.asked(`container:podman@${UID}/web:${PROGRAM}`);
      assert.equal(prompt.container, `container:podman@${UID}/web`);
      await stage.person.answer(prompt, { action: 'deny', forContainer: true });
      assert.match(await web.line(0, WITHIN_MS), /^E/);
      await web.ended(WITHIN_MS);
      const again = startIn(cgroup, 'host');
      assert.match(await again.line(0, WITHIN_MS), /^E/);
      await again.ended(WITHIN_MS);
      const proxied = startIn(cgroup, 'slirp4netns');
      await stage.person.answer(await stage.person.asked(SLIRP), { action: 'allow', lifetime: 'once' });
      assert.equal(
        await proxied.line(0, WITHIN_MS),
        'answered',
        'a rule for the container is not about the proxy',
      );
      await proxied.ended(WITHIN_MS);
    });

    test('without a cgroup of its own is a program of no container that is known, and of that user', async () => {
      const program = start('host', 'tcp');
      const asked = () => stage.person.prompts.find(({ app }) => app?.id.endsWith(`:${PROGRAM}`));
      await waitFor('a question about the program', () => asked() !== undefined);
      const prompt = asked();
      assert.ok(prompt);
      assert.match(prompt.app?.id ?? '', /^mnt-\d+:/);
      assert.equal(prompt.flows[0]?.process?.uid, UID);
      await stage.person.answer(prompt, { action: 'allow', lifetime: 'once' });
      assert.equal(await program.line(0, WITHIN_MS), 'answered');
    });
  },
);
