// What people and programs do to the directory of rules while the agent runs: what was in force stays in force, and the fault is told.
import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { waitFor } from '../lab/commands.ts';
import { needsRoot } from '../lab/root.ts';
import { Stage } from './stage.ts';

const NOBODY = 65_534;

describe('the directory of rules, while the agent runs', { skip: needsRoot, timeout: 90_000 }, () => {
  let stage: Stage;
  let denied: string;
  before(async () => {
    stage = await Stage.open();
    denied = stage.app('denied');
    write('deny.yaml', denied);
    await waitFor('the rule', async () => (await rules()).includes('deny'));
  });
  after(() => stage[Symbol.asyncDispose]());

  const path = (name: string): string => join(stage.agent.rulesDirectory, name);
  const write = (name: string, app: string): void =>
    writeFileSync(path(name), `id: ${name.replace('.yaml', '')}\naction: deny\napp: ${app}\n`, {
      mode: 0o600,
    });
  const rules = async (): Promise<readonly string[]> =>
    (await stage.person.client.listRules({})).rules.map(({ id }) => id);
  const problems = async () => (await stage.person.client.listRules({})).problems;

  /** The problem is told, health counts it, the deny is in force, and after the repair nothing is left of it. */
  async function survives(
    reason: RegExp,
    { break: breakIt, repair }: { break: () => void; repair: () => void },
  ) {
    breakIt();
    await waitFor(`a problem like ${reason.source}`, async () =>
      (await problems()).some((problem) => reason.test(problem.reason)),
    );
    const health = (await stage.person.client.getStatus({})).health.find(({ name }) => name === 'rules');
    assert.equal(health?.state, 'HEALTH_STATE_DEGRADED');
    assert.match(await stage.speak(denied, 'tcp').line(0), /^ECONN/);
    assert.equal((await stage.person.records(denied))[0]?.reason, 'rule deny');
    repair();
    await waitFor('the problem to go', async () => (await problems()).length === 0);
    assert.match(await stage.speak(denied, 'tcp').line(0), /^ECONN/);
  }

  test('a file that is broken, beside others: its last good version and the others stay in force', async () => {
    write('other.yaml', '/usr/bin/other');
    await waitFor('the other rule', async () => (await rules()).includes('other'));
    await survives(/./, {
      break: () => writeFileSync(path('deny.yaml'), 'id: [\n'),
      repair: () => write('deny.yaml', denied),
    });
    assert.ok((await rules()).includes('other'));
  });

  test('a file of 100 MB', () =>
    survives(/larger than 16 MiB/, {
      break: () => truncateSync(path('deny.yaml'), 100 * 2 ** 20),
      repair: () => write('deny.yaml', denied),
    }));

  test('a symbolic link in place of a file', async () => {
    const elsewhere = join(stage.directory, 'elsewhere.yaml');
    await survives(/symbolic link/, {
      break: () => {
        renameSync(path('deny.yaml'), elsewhere);
        symlinkSync(elsewhere, path('deny.yaml'));
      },
      repair: () => renameSync(elsewhere, path('deny.yaml')),
    });
  });

  test('a file of somebody else, or that others may write', async () => {
    await survives(/belongs to user 65534/, {
      break: () => chownSync(path('deny.yaml'), NOBODY, NOBODY),
      repair: () => chownSync(path('deny.yaml'), 0, 0),
    });
    await survives(/can be written by others/, {
      break: () => chmodSync(path('deny.yaml'), 0o666),
      repair: () => chmodSync(path('deny.yaml'), 0o600),
    });
  });

  test('the directory belongs to somebody else, or others may write to it', async () => {
    const { rulesDirectory } = stage.agent;
    await survives(/belongs to user 65534/, {
      break: () => chownSync(rulesDirectory, NOBODY, NOBODY),
      repair: () => chownSync(rulesDirectory, 0, 0),
    });
    await survives(/can be written by others/, {
      break: () => chmodSync(rulesDirectory, 0o777),
      repair: () => chmodSync(rulesDirectory, 0o700),
    });
  });

  test('the directory is moved away, and is a file meanwhile; an answer for always is given, and told not to be stored', async () => {
    const { rulesDirectory } = stage.agent;
    const away = join(stage.directory, 'away');
    const asking = stage.app('asking');
    await survives(/cannot be read/, {
      break: () => renameSync(rulesDirectory, away),
      repair: () => renameSync(away, rulesDirectory),
    });
    await survives(/is not a directory/, {
      break: () => {
        renameSync(rulesDirectory, away);
        writeFileSync(rulesDirectory, '');
      },
      repair: () => {
        rmSync(rulesDirectory);
        renameSync(away, rulesDirectory);
      },
    });
    renameSync(rulesDirectory, away);
    const program = stage.speak(asking, 'tcp');
    const { notStored } = await stage.person.answer(await stage.person.asked(asking), { action: 'allow' });
    assert.match(notStored?.text ?? '', /could not write/i);
    assert.equal(await program.line(0), 'answered');
    renameSync(away, rulesDirectory);
    await waitFor('the problem to go', async () => (await problems()).length === 0);
  });

  test('the file is removed: its rule goes, and its App is asked about', async () => {
    mkdirSync(path('not-a-file.yaml'));
    rmSync(path('deny.yaml'));
    await waitFor('the rule to go', async () => !(await rules()).includes('deny'));
    stage.speak(denied, 'tcp');
    await stage.person.asked(denied);
  });
});
