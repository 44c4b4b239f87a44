// A program on overlayfs, as on live systems and in images: its path is proven, though stat shows another device for it than
// the kernel records.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { connectFirewall } from '@sallyport/proto';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import { finish, run } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';

describe('a program on overlayfs', { skip: needsRoot, timeout: atThisPaceMs(90_000) }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-overlay-'));
  const program = join(directory, 'merged/curl');
  let lab: NetworkLab;
  before(() => {
    lab = new NetworkLab();
    mountOverlay(directory);
  });
  after(() => {
    lab.close();
    run('umount', join(directory, 'merged'));
    run('umount', join(directory, 'changes'));
    rmSync(directory, { recursive: true, force: true });
  });

  test('is named by its path', async () => {
    await using parts = new AsyncDisposableStack();
    const agent = await AgentUnderTest.start({ lab, args: ['--no-client-timeout', '0.5'] });
    parts.defer(() => agent.stop().then(() => undefined));
    const client = connectFirewall({ socketPath: agent.socketPath });
    parts.defer(() => client.close());
    await finish(...inClient(lab, program, '--silent', '--max-time', '10', 'http://1.2.3.4:85/'));
    const { records } = await client.listHistory({ port: 85, limit: 1 });
    assert.equal(records[0]?.app, program);
  });
});

/** Lower and upper layer on two file systems: only then stat's device is neither's and not the overlay's. */
function mountOverlay(directory: string): void {
  for (const name of ['lower', 'changes', 'merged']) mkdirSync(join(directory, name));
  copyFileSync('/usr/bin/curl', join(directory, 'lower/curl'));
  run('mount', '-t', 'tmpfs', 'changes', join(directory, 'changes'));
  for (const name of ['upper', 'work']) mkdirSync(join(directory, 'changes', name));
  const layers = `lowerdir=${directory}/lower,upperdir=${directory}/changes/upper,workdir=${directory}/changes/work`;
  run('mount', '-t', 'overlay', 'overlay', '-o', layers, join(directory, 'merged'));
}

function inClient(lab: NetworkLab, command: string, ...args: readonly string[]): [string, readonly string[]] {
  const [program, ...rest] = lab.inside('client', command, ...args);
  return [program, rest];
}
