// Names of containers that a monitor tells: real processes in real cgroups, and those that only say that they are monitors.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { startNsOf } from '../platform/processes.ts';
import { findCgroupDirectory } from '../platform/runtime-directory.ts';
import { ContainerBook } from './container-book.ts';

const needsRoot = process.getuid?.() === 0 ? false : 'needs root to make cgroups: run npm test as root';
/** Steps of one process after the other; a monitor has the rest as its child. */
const STEPS = `case $1 in
  enter) echo 0 > "$2/cgroup.procs"; shift 2; exec bash "$0" "$@";;
  nobody) shift; exec setpriv --reuid 65534 --regid 65534 --clear-groups bash "$0" "$@";;
  monitor) shift; exec -a /usr/bin/conmon bash "$0" -c "$1" -n "$2" "\${@:3}";;
  -c) shift 4; bash "$0" "$@" & wait;;
  say) echo $$; exec sleep 60;;
esac`;
const MOST_ATTEMPTS = 100;
const PARENTS = {
  'a user': 'user.slice/user-4242.slice/user@4242.service/user.slice',
  'root, whose files are elsewhere,': 'libpod_parent',
} as const;

describe('the name of a container', { skip: needsRoot }, () => {
  let directory: string;
  let id: string;
  let parts: AsyncDisposableStack;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sallyport-monitors-'));
    chmodSync(directory, 0o755);
    writeFileSync(join(directory, 'steps'), STEPS);
    id = randomBytes(32).toString('hex');
    parts = new AsyncDisposableStack();
    parts.defer(() => rmSync(directory, { recursive: true }));
  });
  afterEach(() => parts.disposeAsync());

  /** Of the process that says its pid, in the cgroup. */
  async function nameOf(cgroup: string, ...steps: readonly string[]): Promise<string | undefined> {
    const pid = await started(steps);
    writeFileSync(join(cgroup, 'cgroup.procs'), String(pid));
    const book = new ContainerBook({ cgroupDirectory: findCgroupDirectory() ?? '', runtimeRoot: directory });
    const { ino: cgroupId } = statSync(cgroup, { bigint: true });
    const container = book.containerOf({ ...OWNER, pid, startNs: startNsOf(pid) ?? 0n, cgroupId });
    assert.ok(typeof container === 'object', 'it is in a container');
    assert.deepEqual([container.runtime, container.id], ['podman', id]);
    return container.name;
  }
  async function started(steps: readonly string[]): Promise<number> {
    const words = [join(directory, 'steps'), ...steps];
    const child = spawn('bash', words, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    const ended = once(child, 'close');
    parts.defer(async () => {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await ended;
    });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    return Number(String(said));
  }
  /** Of the container with the id. */
  function cgroupIn(parent: string): string {
    const cgroup = join(findCgroupDirectory() ?? '', parent, `libpod-${id}`);
    const first = mkdirSync(cgroup, { recursive: true }) ?? cgroup;
    for (let path = dirname(first); path.length < cgroup.length; path = nextBelow(path, cgroup))
      parts.defer(() => removeCgroup(nextBelow(path, cgroup)));
    return cgroup;
  }

  for (const [whose, parent] of Object.entries(PARENTS)) {
    test(`of ${whose} is what its monitor was told`, async () => {
      assert.equal(await nameOf(cgroupIn(parent), 'monitor', id, 'web', 'say'), 'web');
    });

    test(`of ${whose} is not what a program in it says`, async () => {
      const cgroup = cgroupIn(parent);
      const liar = ['enter', cgroup, 'monitor', id, 'db'];
      assert.equal(await nameOf(cgroup, 'monitor', id, 'web', ...liar, 'say'), 'web');
      assert.equal(await nameOf(cgroup, ...liar, 'say'), undefined);
    });
  }

  test('of root is not what a program of a user says', async () => {
    const cgroup = cgroupIn('libpod_parent');
    assert.equal(await nameOf(cgroup, 'nobody', 'monitor', id, 'web', 'say'), undefined);
  });
});

/** Busy for a moment after its last process has ended. */
async function removeCgroup(directory: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return rmdirSync(directory);
    } catch (error) {
      if (attempt === MOST_ATTEMPTS) throw error;
      await setTimeout(20);
    }
}

/** The first directory of the path below the other one. */
function nextBelow(directory: string, path: string): string {
  return join(directory, path.slice(directory.length).split('/').find(Boolean) ?? '');
}

const OWNER = {
  ...{ uid: 0, gid: 0, socketCookie: 1n, networkNamespace: 1n, isElsewhere: true },
  executable: { deviceMajor: 0, deviceMinor: 0, inode: 0n, ctimeNs: 0n },
};
