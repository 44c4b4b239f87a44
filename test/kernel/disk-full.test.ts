// A full disk: decisions go on, what cannot be stored is said, and what was recorded meanwhile is there once there is room.
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { program } from '../bench/programs.ts';
import { run, waitFor } from '../lab/commands.ts';
import { needsRoot } from '../lab/root.ts';
import { ruleFor } from './rule-for.ts';
import { PORT, SERVER, Stage } from './stage.ts';

/** Connections, and so records, of one run of the program. */
const FLOWS = 200;

describe('a full disk', { skip: needsRoot, timeout: 90_000 }, () => {
  const disk = mkdtempSync(join(tmpdir(), 'sallyport-disk-'));
  const filler = join(disk, 'filler');
  let stage: Stage;
  let flows = 0;
  before(async () => {
    run('mount', '-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk);
    // Each flow has a record of its own: none is only counted.
    stage = await Stage.open({ agentDirectory: disk, args: ['--no-verdict-cache'] });
  });
  after(async () => {
    await stage[Symbol.asyncDispose]();
    run('umount', disk);
    rmSync(disk, { recursive: true });
  });

  const historyHealth = async () =>
    (await stage.person.client.getStatus({})).health.find(({ name }) => name === 'history');
  const reasons = async (app: string): Promise<readonly (string | undefined)[]> =>
    (await stage.person.records(app)).map(({ reason }) => reason.split(' ')[0]);

  test('flows are decided and answered, a rule for always is told not to be stored, history waits and catches up', async () => {
    const [known, held, fresh] = [stage.app('known'), stage.app('held'), stage.app('fresh')];
    const chatty = program('hold');
    const first = stage.speak(known, 'tcp');
    await stage.person.answer(await stage.person.asked(known), { action: 'allow' });
    assert.equal(await first.line(0), 'answered');
    const waiting = stage.speak(held, 'tcp');
    const prompt = await stage.person.asked(held);
    await stage.person.client.putRule({ rule: ruleFor(chatty, 'ACTION_ALLOW') });
    fill(filler);

    const { notStored, rules, undoToken } = await stage.person.answer(prompt, { action: 'allow' });
    assert.match(notStored?.text ?? '', /held.*The disk is full: free some space and try again/);
    assert.deepEqual([notStored?.diskFull, rules], [true, []]);
    assert.notEqual(undoToken, '', 'it can be taken back');
    assert.equal(await waiting.line(0), 'answered', 'a held flow is answered all the same');
    assert.deepEqual(
      readdirSync(stage.agent.rulesDirectory).filter((name) => name.startsWith('held')),
      [],
    );
    assert.equal(await stage.speak(known, 'tcp').line(0), 'answered', 'a stored rule is in force');
    const once = stage.speak(fresh, 'tcp');
    await stage.person.answer(await stage.person.asked(fresh), { action: 'deny', lifetime: 'once' });
    assert.match(await once.line(0), /^ECONN/);
    await overflowHistory(chatty);

    rmSync(filler);
    await waitFor(
      'history to recover',
      async () => (await historyHealth())?.state === 'HEALTH_STATE_OK',
      15_000,
    );
    assert.equal(
      (await stage.person.client.listHistory({ app: chatty, limit: 10_000 })).records.length,
      flows,
    );
    assert.deepEqual(await reasons(known), ['rule', 'prompt']);
    assert.deepEqual(await reasons(held), ['prompt']);
    assert.deepEqual(await reasons(fresh), ['prompt']);
    const again = stage.speak(held, 'tcp');
    await stage.person.answer(await stage.person.asked(held), { action: 'allow' });
    assert.equal(await again.line(0), 'answered');
    assert.equal(await stage.speak(held, 'tcp').line(0), 'answered');
  });

  /** History has some room in its own files: flows of a known App are recorded until that is used up and it says so. */
  async function overflowHistory(chatty: string): Promise<void> {
    const isWritten = async (): Promise<boolean> => (await historyHealth())?.state === 'HEALTH_STATE_OK';
    await waitFor(
      'history to say that it cannot write',
      async () => {
        await stage.start(chatty, SERVER[4], String(PORT), String(FLOWS), '10').line(FLOWS);
        flows += FLOWS;
        return !(await isWritten());
      },
      20_000,
    );
    assert.match((await historyHealth())?.text ?? '', /disk is full/);
  }
});

/** To the last block. */
function fill(file: string): void {
  const descriptor = openSync(file, 'w');
  try {
    for (const bytes of [1 << 16, 1 << 12, 1]) writeUntilFull(descriptor, Buffer.alloc(bytes));
  } finally {
    closeSync(descriptor);
  }
}

function writeUntilFull(descriptor: number, bytes: Buffer): void {
  try {
    while (writeSync(descriptor, bytes) === bytes.length);
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
  }
}
