// Other network namespaces are entered by the processes in them, which may end at any time.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { inNetworkNamespace, networkNamespaceCookie } from '@sallyport/linux';
import { NetworkPlaces } from './network-places.ts';
import type { NetworkPlace } from './network-places.ts';

const needsRoot = process.getuid?.() === 0 ? false : 'needs root: namespaces are made and entered';
const OWN = networkNamespaceCookie() ?? 0n;

function places(): readonly NetworkPlace[] {
  return [...new NetworkPlaces(OWN).others()].filter((place) => place !== undefined);
}

async function started(
  context: TestContext,
  command: string,
  ...args: readonly string[]
): Promise<ChildProcess> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  context.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const WAITING = ['sh', '-c', 'echo ready; exec cat'] as const;

describe('other network namespaces', { skip: needsRoot }, () => {
  test('are found once each by their processes, and left behind whatever is done there', async (context) => {
    const first = await started(context, 'unshare', '--net', ...WAITING);
    const second = await started(context, 'nsenter', `--net=/proc/${first.pid}/ns/net`, ...WAITING);
    const cookie = inNetworkNamespace(`/proc/${first.pid}/ns/net`, networkNamespaceCookie);
    const [place, ...others] = places().filter(({ namespace }) => namespace === cookie);
    assert.ok(place);
    assert.deepEqual(others, []);
    assert.equal(place.run(networkNamespaceCookie), place.namespace);
    const fail = (): never => {
      throw new Error('there');
    };
    assert.throws(() => place.run(fail), { message: 'there' });
    assert.equal(networkNamespaceCookie(), OWN);
    await ended(first);
    assert.equal(place.run(networkNamespaceCookie), place.namespace, 'by the process that is left');
    const fresh = new NetworkPlaces(OWN);
    assert.equal(fresh.run(place.namespace, networkNamespaceCookie), place.namespace);
    await ended(second);
    assert.equal(place.run(networkNamespaceCookie), undefined);
    assert.equal(fresh.run(place.namespace, networkNamespaceCookie), undefined);
    assert.equal(networkNamespaceCookie(), OWN);
  });

  test('what is done at home is done without looking for anything', () => {
    const places = new NetworkPlaces(OWN);
    assert.equal(places.own.run(networkNamespaceCookie), OWN);
    assert.equal(places.run(OWN, networkNamespaceCookie), OWN);
  });
});
