// Real mounts on a temporary directory.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { needsRoot } from './fixture/root.ts';
import { mount, unmount } from './mount.ts';

function mountLine(target: string): string | undefined {
  const lines = readFileSync('/proc/mounts', 'utf8').split('\n');
  return lines.find((line) => line.split(' ')[1] === target);
}

describe('mount', needsRoot, () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-mount-'));
  });
  after(() => {
    while (mountLine(folder) !== undefined) unmount(folder, { detach: true });
    rmSync(folder, { recursive: true });
  });

  test('mounts bpf for the owner alone, without setuid, devices or programs', () => {
    mount({ type: 'bpf', target: folder });
    assert.match(mountLine(folder) ?? '', / bpf rw,nosuid,nodev,noexec,.*mode=700/);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    mkdirSync(join(folder, 'pins'));
    unmount(folder);
    assert.equal(mountLine(folder), undefined);
  });

  test('mounts cgroup2 read-only', () => {
    mount({ type: 'cgroup2', target: folder, readOnly: true });
    assert.match(mountLine(folder) ?? '', / cgroup2 ro,/);
    unmount(folder, { detach: true });
  });

  test('refuses other types, and says why the kernel refused', () => {
    const other = { type: 'tmpfs', target: folder } as unknown as Parameters<typeof mount>[0];
    assert.throws(() => mount(other), TypeError);
    assert.throws(() => mount({ type: 'cgroup2', target: folder, mode: 0o700 }), TypeError);
    assert.throws(() => mount({ type: 'bpf', target: join(folder, 'absent') }), {
      code: 'ENOENT',
      syscall: 'mount',
    });
    assert.throws(() => unmount(folder), {
      code: 'EINVAL',
      syscall: 'umount2',
      message: /not a mount point/,
    });
  });
});
