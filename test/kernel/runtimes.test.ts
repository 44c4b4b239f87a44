// Containers of LXC and systemd-nspawn, as these make them: on the network of the machine, and forwarded by it.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ContainerNetwork } from '../lab/container-network.ts';
import { isInstalled } from '../lab/installed.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { makeRootFiles, PROGRAM, RuntimeRoom } from '../lab/runtime-room.ts';
import { PORT, SERVER, Stage } from './stage.ts';

const WITHIN_MS = atThisPaceMs(20_000);
const WORDS = [PROGRAM, 'tcp', SERVER[4], String(PORT)];

interface Runtime {
  readonly command: string;
  readonly debianPackage: string;
  /** The words that run the program in a container of the name, with the files in the directory. */
  readonly words: (name: string, directory: string) => readonly string[];
  readonly cgroups: (name: string) => readonly string[];
}

const RUNTIMES: Readonly<Record<string, Runtime>> = {
  lxc: {
    command: 'lxc-start',
    debianPackage: 'lxc',
    words: (name, directory) => {
      const settings = {
        'rootfs.path': `dir:${join(directory, 'files')}`,
        'rootfs.mount': makeDirectory(directory, 'mounted'),
        'net.0.type': 'none',
        'mount.auto': 'proc sys',
        'console.path': 'none',
      };
      const text = Object.entries(settings).map(([key, value]) => `lxc.${key} = ${value}\n`);
      writeFileSync(join(directory, 'config'), text.join(''));
      const place = ['-n', name, '-P', makeDirectory(directory, 'lxc'), '-f', join(directory, 'config')];
      return ['lxc-start', '-F', ...place, '--', ...WORDS];
    },
    cgroups: (name) => [`lxc.payload.${name}`, `lxc.monitor.${name}`, 'lxc.pivot'],
  },
  'systemd-nspawn': {
    command: 'systemd-nspawn',
    debianPackage: 'systemd-container',
    words: (name, directory) => {
      const unit = `/sys/fs/cgroup/machine.slice/systemd-nspawn@${name}.service`;
      const enter = `mkdir -p ${unit} && echo 0 > ${unit}/cgroup.procs && exec "$0" "$@"`;
      const place = ['-M', name, '-D', join(directory, 'files'), '--register=no', '--keep-unit'];
      return ['sh', '-c', enter, 'systemd-nspawn', '--quiet', '--pipe', '--as-pid2', ...place, ...WORDS];
    },
    cgroups: (name) => {
      const unit = `machine.slice/systemd-nspawn@${name}.service`;
      return [`${unit}/payload`, `${unit}/supervisor`, unit, 'machine.slice'];
    },
  },
};

const needsRuntime = Object.values(RUNTIMES).some(({ command }) => isInstalled(command))
  ? false
  : 'needs lxc or systemd-nspawn: apt-get install lxc systemd-container';

describe(
  'a container of another runtime',
  { skip: needsRoot || needsRuntime, timeout: atThisPaceMs(120_000) },
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'sallyport-runtimes-'));
    let stage: Stage;
    let room: RuntimeRoom;
    let network: ContainerNetwork;
    before(async () => {
      stage = await Stage.open();
      room = await RuntimeRoom.open({ lab: stage.lab });
      network = new ContainerNetwork({ lab: stage.lab, number: 1 });
      makeRootFiles(join(directory, 'files'), stage.compile('speak', 'static', '-static'));
    });
    after(async () => {
      await stage[Symbol.asyncDispose]();
      network.close();
      await room[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
    });

    for (const [runtime, { command, debianPackage, words, cgroups }] of Object.entries(RUNTIMES))
      for (const place of ['host', 'own'] as const)
        test(`is named by ${runtime}: ${place} network`, async (context) => {
          if (!isInstalled(command))
            return context.skip(`needs ${command}: apt-get install ${debianPackage}`);
          const name = `lab-${process.pid}-${place}`;
          const where = place === 'host' ? [] : ['nsenter', `--net=/run/netns/${network.name}`];
          const [first = '', ...rest] = [...where, ...room.inside(...words(name, directory))];
          const program = stage.start(first, ...rest);
          context.after(() => room.removeCgroups(...cgroups(name)));
          const prompt = await stage.person.asked(`container:${runtime}/${name}:${PROGRAM}`);
          await stage.person.answer(prompt, { action: 'allow' });
          assert.equal(await program.line(0, WITHIN_MS), 'answered');
          await program.ended();
        });
  },
);

function makeDirectory(parent: string, name: string): string {
  mkdirSync(join(parent, name), { recursive: true });
  return join(parent, name);
}
