// An answer for a process and what it starts: its children are not asked about, whichever Apps they are, until it ends.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { waitFor } from '../lab/commands.ts';
import type { LabProgram } from '../lab/lab-program.ts';
import { needsRoot } from '../lab/root.ts';
import { PORT, SERVER, Stage } from './stage.ts';

describe('a process and what it starts', { skip: needsRoot, timeout: 120_000 }, () => {
  let stage: Stage;
  before(async () => void (stage = await Stage.open()));
  after(() => stage[Symbol.asyncDispose]());

  /** A shell that connects by itself, and then for each line of its input starts the child, the second time by another shell. */
  function shellThatStarts(path: string, child: string): LabProgram {
    copyFileSync('/bin/bash', path);
    const speak = `'${child}' tcp ${SERVER[4]} ${PORT}`;
    const connect = `exec 3<>/dev/tcp/${SERVER[4]}/${PORT} && echo opened`;
    return stage.start(
      path,
      '-c',
      `${connect}; read line; ${speak}; read line; sh -c "${speak}; true"; read line`,
    );
  }

  test('are allowed together; the same program from elsewhere is asked about, and all again when the process ended', async () => {
    const child = stage.app('child');
    const path = stage.app('allowed-shell');
    const shell = shellThatStarts(path, child);
    const prompt = await stage.person.asked(path);
    const { rules } = await stage.person.answer(prompt, {
      action: 'allow',
      lifetime: 'untilProcessTreeEnds',
    });
    assert.match(rules[0]?.sentence ?? '', new RegExp(`for process ${shell.pid} and what it starts`));
    assert.equal(await shell.line(0), 'opened');
    for (const line of [1, 2]) {
      shell.goOn();
      assert.equal(await shell.line(line), 'answered');
    }
    const records = await stage.person.records(child);
    assert.deepEqual(
      records.map(({ action, reason }) => `${action} ${reason}`),
      Array.from({ length: 2 }, () => `ACTION_ALLOW rule ${rules[0]?.id}`),
    );
    const stranger = stage.speak(child, 'tcp');
    await stage.person.answer(await stage.person.asked(child), { action: 'deny', lifetime: 'once' });
    assert.match(await stranger.line(0), /^ECONN/);
    await shell.end();
    const ruleIds = async (): Promise<readonly string[]> =>
      (await stage.person.client.listRules({})).rules.map(({ id }) => id);
    await waitFor('the end of its rule', async () => !(await ruleIds()).includes(rules[0]?.id ?? ''), 20_000);
  });

  test('are refused together, and nobody else is', async () => {
    const child = stage.app('denied-child');
    const path = stage.app('denied-shell');
    const shell = shellThatStarts(path, child);
    const prompt = await stage.person.asked(path);
    await stage.person.answer(prompt, { action: 'deny', lifetime: 'untilProcessTreeEnds' });
    for (const line of [0, 1]) {
      shell.goOn();
      assert.match(await shell.line(line), /^ECONN/);
    }
    const stranger = stage.speak(child, 'tcp');
    await stage.person.answer(await stage.person.asked(child), { action: 'allow', lifetime: 'once' });
    assert.equal(await stranger.line(0), 'answered');
  });
});
