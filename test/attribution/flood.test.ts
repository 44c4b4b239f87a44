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
/** Where others use the processors; what comes while nobody is looked for waits. */
const LOOKED_FOR_MS = 20_000;
const SENT_AGAIN_MS = 40_000;
/** Which records are pushed out is for the kernel to choose, among those that were used least. */
const ALONE = 16;
/** A port each, so that they are told apart also where nobody is named. */
const [SHARED_PORT, LEFT_PORT, FIRST_PORT] = [PORT + 2, PORT + 3, PORT + 4];
/** Nobody listens there: the write after a refusal fails with that. */
const SEND = 'while read line; do echo hello >&3 || echo hello >&3; done 2>/dev/null';
/** Has the socket, and ends with the one that sends. */
const HOLD = 'tail --pid=$$ -f /dev/null >&- 2>&- &';

/** The others have no records to push out, or look for each packet's process anyway. On the second none is found again. */
for (const rung of ['packet', 'sock-ops'] as const)
  describe(`a flood of sockets, on rung ${rung}`, { skip: needsRoot, timeout: atThisPaceMs(240_000) }, () => {
    test('makes no flow that of another process', async (context) => {
      await using stage = await Stage.open({ args: ['--unknown', 'allow', '--correlator', rung] });
      const alone: Early[] = [];
      for (let count = 0; count < ALONE; count += 1)
        alone.push(await opened(stage, FIRST_PORT + count, SEND));
      const shared = await opened(stage, SHARED_PORT, `${HOLD} ${SEND}`);
      // The one that opened it ends. Another has it then, and has not sent before.
      const left = await opened(stage, LEFT_PORT, `exec 4<&0; { ${SEND}; } <&4 & exec 3>&- 4<&-; wait`);
      const ping = await openedPing(stage);
      await flood(stage);
      const at = async (port: number): Promise<readonly HistoryRecord[]> =>
        (await stage.person.client.listHistory({ port, limit: 100 })).records;
      let heldUs = 0;
      const isFoundAgain = rung === 'packet';
      for (const early of alone) {
        const { app, pid, heldUs: us } = await (isFoundAgain ? namedAt(early, at) : sentOnce(early, at));
        if (isFoundAgain || pid !== 0) assert.deepEqual([app, pid], [early.app, early.program.pid]);
        heldUs = Math.max(heldUs, us);
      }
      const ofShared = await sentOnce(shared, at);
      assert.ok([0, shared.program.pid].includes(ofShared.pid), 'nobody, where its record was pushed out');
      if (isFoundAgain) assert.equal((await namedAt(left, at)).app, left.app);
      ping.goOn();
      const echoes = async (): Promise<readonly HistoryRecord[]> => {
        const { records } = await stage.person.client.listHistory({ limit: 1000 });
        return records.filter(({ protocol }) => protocol === 'icmp');
      };
      await waitFor('the record of an echo', async () => (await echoes()).length > 0);
      const [echo] = await echoes();
      assert.ok([0, ping.pid].includes(echo?.pid ?? -1), 'nobody, where its record was pushed out');
      const { counters } = await stage.person.client.getStatus({});
      const foundAgain = Number(counters.find(({ name }) => name === 'ownersFoundAgain')?.value);
      assert.equal(foundAgain >= 1, isFoundAgain, 'whoever is alone with a socket that was pushed out');
      context.diagnostic(`the echo was of ${echo?.app === 'unknown' ? 'nobody' : 'its process'}`);
      context.diagnostic(
        `${foundAgain} found again, held up to ${heldUs.toFixed(0)} us among ${SOCKETS} sockets`,
      );

      const late = stage.app('after-the-flood');
      assert.equal(await stage.speak(late, 'tcp').line(0), 'answered');
      await waitFor('the late record', async () => (await at(PORT))[0]?.app === late);
    });
  });

describe('a connection during a flood', { skip: needsRoot, timeout: atThisPaceMs(240_000) }, () => {
  test('is that of its process when its SYN is sent again: what is looked up is pushed out last', async () => {
    await using stage = await Stage.open();
    const { lab, person } = stage;
    const drop = ['-p', 'tcp', '--syn', '-j', 'DROP'];
    lab.run('server', 'iptables', '-A', 'INPUT', ...drop);
    const app = stage.app('sent-again');
    const program = stage.speak(app, 'tcp');
    await person.answer(await person.asked(app), { action: 'allow', lifetime: 'once' });
    await flood(stage);
    lab.run('server', 'iptables', '-D', 'INPUT', ...drop);
    // After 1, 3, 7 and 15 seconds.
    assert.equal(await program.line(0, SENT_AGAIN_MS), 'answered');
    const { records } = await person.client.listHistory({ limit: 1000 });
    assert.deepEqual([...new Set(records.map(({ app: id }) => id))], [app]);
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

async function openedPing(stage: Stage): Promise<LabProgram> {
  const program = stage.start(compile(stage, 'kept-ping'), SERVER[4]);
  assert.equal(await program.line(0), 'opened');
  return program;
}

function compile(stage: Stage, name: string): string {
  const program = join(stage.directory, name);
  run(
    'cc',
    '-O2',
    '-Wall',
    '-Wextra',
    '-o',
    program,
    new URL(`programs/${name}.c`, import.meta.url).pathname,
  );
  return program;
}

async function flood(stage: Stage): Promise<void> {
  const program = stage.start(compile(stage, 'flood'), String(SOCKETS), SERVER[4], String(PORT + 1));
  assert.equal(await program.line(0, FLOOD_WITHIN_MS), 'flooded');
}
