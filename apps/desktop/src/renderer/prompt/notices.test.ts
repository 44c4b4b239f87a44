// What a person is warned of, from the view of a prompt.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Prompt } from '../../shared/model.ts';
import { promptView } from '../../shared/prompt-view.ts';
import { appOf, processOf, promptOf } from '../../test-support/samples.ts';
import { noticesOf } from './notices.ts';
import { protocolName, usualService } from '../services.ts';
import { minutesLeft, timeLeft } from './time-left.ts';

function noticed(changes: Partial<Prompt>): readonly string[] {
  const view = promptView(promptOf(changes));
  assert.ok(view !== undefined);
  return noticesOf(view).map(({ id, values }) => [id, ...Object.values(values)].join(' '));
}

const FIREFOX = appOf('/usr/bin/firefox');

describe('a notice', () => {
  test('is not given for an ordinary program of its own will', () =>
    assert.deepEqual(noticed({ app: FIREFOX }), []));

  test('tells who gave the orders', () => {
    const ancestors = [{ pid: 2, path: '/usr/bin/bash', commandLine: ['bash', './build.sh'] }];
    assert.deepEqual(noticed({ processes: [processOf({ ancestors })] }), [
      'notice.runs-tool-by curl  build.sh',
    ]);
    assert.deepEqual(noticed({}), ['notice.runs-tool curl  ']);
  });

  test('tells the script of an interpreter', () => {
    const app = appOf('/usr/bin/python3');
    const processes = [processOf({ commandLine: ['python3', '/home/alice/x.py'] })];
    assert.deepEqual(noticed({ app, processes }), ['notice.runs-script python3 /home/alice/x.py ']);
  });

  for (const identity of ['deleted', 'memfd', 'foreign', 'inode', 'unknown'] as const)
    test(`tells the identity ${identity}`, () =>
      assert.deepEqual(noticed({ app: { ...FIREFOX, identity } }), [`notice.${identity}`]));

  test('tells the container, and whose it is', () => {
    const container = { runtime: 'docker', name: 'web', image: 'nginx:1.27' };
    const app = { ...FIREFOX, identity: 'container', container } as const;
    assert.deepEqual(noticed({ app }), ['notice.container web nginx:1.27 · Docker']);
    const ofUser = { ...container, runtime: 'podman', image: undefined, uid: 1000 };
    assert.deepEqual(noticed({ app: { ...app, container: ofUser } }), [
      'notice.container-of-user web Podman 1000',
    ]);
    const hidden = { ...container, image: 'ngi\u200bnx' };
    assert.equal(noticed({ app: { ...app, container: hidden } })[1], 'notice.hidden-characters');
  });

  test('tells of folders into which any program may write, and of downloads', () => {
    assert.deepEqual(noticed({ app: appOf('/tmp/x') }), ['notice.loose-folder /tmp']);
    assert.deepEqual(noticed({ app: appOf('/dev/shm/a/x') }), ['notice.loose-folder /dev/shm']);
    assert.deepEqual(noticed({ app: appOf('/home/alice/Downloads/x') }), [
      'notice.downloads /home/alice/Downloads',
    ]);
    assert.deepEqual(noticed({ app: appOf('/opt/tmp/x') }), []);
    assert.deepEqual(noticed({ app: appOf('/tmpfile') }), []);
  });

  test('tells of characters that cannot be seen, and of those that look like others', () => {
    assert.deepEqual(noticed({ app: appOf('/opt/fire\u200bfox') }), ['notice.hidden-characters']);
    assert.deepEqual(noticed({ app: appOf('/opt/p\u0430ypal') }), ['notice.look-alike p\u0430ypal']);
  });
});

describe('the small print', () => {
  test('names what is usual for a port, and nothing else', () => {
    assert.equal(usualService('tcp', 443), 'HTTPS');
    assert.equal(usualService('udp', 443), 'HTTP/3');
    assert.equal(usualService('tcp', 4711), undefined);
    assert.deepEqual(['tcp', 'icmpv6'].map(protocolName), ['TCP', 'ICMPv6']);
  });

  test('tells the time left as a share and in whole minutes', () => {
    const wait = { openedAtMs: 1000, deadlineMs: 121_000 };
    assert.deepEqual(timeLeft(wait, 61_000), { share: 0.5, leftMs: 60_000 });
    assert.deepEqual(timeLeft(wait, 500_000), { share: 0, leftMs: 0 });
    assert.deepEqual(timeLeft({ openedAtMs: 5, deadlineMs: 5 }, 0), { share: 1, leftMs: 5 });
    assert.deepEqual([120_000, 89_000, 60_000, 59_999].map(minutesLeft), [2, 1, 1, undefined]);
  });
});
