// More sockets than the kernel's table of owners has room for: who is pushed out is found again where nobody else has the socket, is else
// nobody, and never somebody else.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { HistoryRecord } from '@sallyport/proto';
import { setTimeout as delay } from 'node:timers/promises';
import { run, waitFor } from '../lab/commands.ts';
import type { LabProgram } from '../lab/lab-program.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { PORT, SERVER, Stage } from '../kernel/stage.ts';

const SOCKETS = 100_000;
const FLOOD_WITHIN_MS = 60_000;
/** To look through the descriptors of 100 000 sockets takes a while where others use the processors. */
const LOOKED_FOR_MS = 20_000;
/** A port each, so that they are told apart also where nobody is named. */
const [ALONE, SHARED, LEFT] = [PORT + 2, PORT + 3, PORT + 4];
/** Nobody listens there: the write after a refusal fails with that. */
const SEND = 'while read line; do echo hello >&3 || echo hello >&3; done 2>/dev/null';

describe('a flood of sockets', { skip: needsRoot, timeout: atThisPaceMs(240_000) }, () => {
  test('makes no flow that of another process, and whoever is alone with a socket is found again', async (context) => {
    await using stage = await Stage.open({ args: ['--unknown', 'allow'] });
    const early = [
      await opened(stage, ALONE, SEND),
      await opened(stage, SHARED, `sleep 60 & ${SEND}`),
      // The one that opened it ends. Another has it then, and has not sent before.
      await opened(stage, LEFT, `exec 4<&0; { ${SEND}; } <&4 & exec 3>&- 4<&-; wait`),
    ] as const;
    await flood(stage);
    const at = async (port: number): Promise<readonly HistoryRecord[]> =>
      (await stage.person.client.listHistory({ port, limit: 100 })).records;
    const [alone, shared, left] = [
      await namedAt(early[0], at),
      await sentOnce(early[1], at),
      await namedAt(early[2], at),
    ];
    assert.deepEqual([alone.app, alone.pid], [early[0].app, early[0].program.pid]);
    assert.deepEqual([shared.app, shared.pid], ['unknown', 0]);
    assert.equal(left.app, early[2].app);
    assert.notEqual(left.pid, early[2].program.pid, 'the child that sent');
    const { counters } = await stage.person.client.getStatus({});
    assert.equal(Number(counters.find(({ name }) => name === 'ownersFoundAgain')?.value), 2);
    context.diagnostic(`an early one was held ${alone.heldUs.toFixed(0)} us among ${SOCKETS} sockets`);

    const late = stage.app('after-the-flood');
    assert.equal(await stage.speak(late, 'tcp').line(0), 'answered');
    await waitFor('the late record', async () => (await at(PORT))[0]?.app === late);
  });
});

type RecordsAt = (port: number) => Promise<readonly HistoryRecord[]>;

/** Resolves with the record of one more datagram. */
async function sentOnce({ program, port }: Early, at: RecordsAt): Promise<HistoryRecord> {
  const before = (await at(port)).length;
  program.goOn();
  await waitFor(`a record of port ${port}`, async () => (await at(port)).length > before, LOOKED_FOR_MS);
  const [record] = await at(port);
  assert.ok(record);
  return record;
}

/** Sends until somebody is named: among so many sockets it is not looked for each datagram's, and such a one is nobody's. */
async function namedAt(early: Early, at: RecordsAt): Promise<HistoryRecord> {
  for (let tries = 0; tries < 40; tries += 1) {
    const record = await sentOnce(early, at);
    if (record.app !== 'unknown') return record;
    await delay(atThisPaceMs(500));
  }
  throw new Error(`nobody is named for port ${early.port}`);
}

interface Early {
  readonly app: string;
  readonly port: number;
  readonly program: LabProgram;
}

/** An App with a connected datagram socket as descriptor 3. No hook sees what is sent by it. */
async function opened(stage: Stage, port: number, script: string): Promise<Early> {
  const app = stage.app(`before-the-flood-${port}`);
  copyFileSync('/bin/bash', app);
  const program = stage.start(app, '-c', `exec 3<>/dev/udp/${SERVER[4]}/${port}; echo opened; ${script}`);
  assert.equal(await program.line(0), 'opened');
  return { app, port, program };
}

async function flood(stage: Stage): Promise<void> {
  const flooder = join(stage.directory, 'flood');
  const source = new URL('programs/flood.c', import.meta.url).pathname;
  run('cc', '-O2', '-Wall', '-Wextra', '-o', flooder, source);
  const program = stage.start(flooder, String(SOCKETS), SERVER[4], String(PORT + 1));
  assert.equal(await program.line(0, FLOOD_WITHIN_MS), 'flooded');
}
