// More sockets than the kernel's table of owners has room for: who is pushed out is nobody, and never somebody else.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { run, waitFor } from '../lab/commands.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { PORT, SERVER, Stage } from '../kernel/stage.ts';

const SOCKETS = 100_000;
const FLOOD_WITHIN_MS = 60_000;

describe('a flood of sockets', { skip: needsRoot, timeout: atThisPaceMs(120_000) }, () => {
  test('makes no flow that of another process, and none without a record', async (context) => {
    await using stage = await Stage.open({ args: ['--unknown', 'allow'] });
    const app = stage.app('before-the-flood');
    copyFileSync('/bin/bash', app);
    const send = 'while read line; do echo hello >&3; done';
    const early = stage.start(app, '-c', `exec 3<>/dev/udp/${SERVER[4]}/${PORT}; echo opened; ${send}`);
    assert.equal(await early.line(0), 'opened');
    const flooder = join(stage.directory, 'flood');
    run(
      'cc',
      '-O2',
      '-Wall',
      '-Wextra',
      '-o',
      flooder,
      new URL('programs/flood.c', import.meta.url).pathname,
    );
    const flood = stage.start(flooder, String(SOCKETS), SERVER[4], String(PORT + 1));
    assert.equal(await flood.line(0, FLOOD_WITHIN_MS), 'flooded');
    const late = stage.app('after-the-flood');
    early.goOn();
    assert.equal(await stage.speak(late, 'tcp').line(0), 'answered');
    const whose = async (): Promise<readonly string[]> =>
      (await stage.person.client.listHistory({ port: PORT, limit: 10 })).records.map((record) => record.app);
    await waitFor('both records', async () => (await whose()).length === 2);
    const [first = '', ...others] = (await whose()).filter((named) => named !== late);
    context.diagnostic(
      `after ${SOCKETS} sockets an early one belongs to ${first === app ? 'its App' : first}`,
    );
    assert.deepEqual(others, []);
    assert.ok([app, 'unknown'].includes(first), first);
  });
});
