// Namespaces have cookies of their own, and a thread can go into one.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import { needsRoot } from './fixture/root.ts';
import { enterTestNamespace, run } from './fixture/test-namespace.ts';
import { enterNetworkNamespace, inNetworkNamespace, networkNamespaceCookie } from './network-namespace.ts';

describe('network namespaces', needsRoot, () => {
  test('another namespace has another cookie, and the same again at home', () => {
    const home = networkNamespaceCookie();
    {
      using namespace = enterTestNamespace('cookie');
      assert.ok(existsSync(`/run/netns/${namespace.name}`));
      assert.notEqual(networkNamespaceCookie(), home);
      assert.deepEqual(run('ip', '-brief', 'link').trim().split('\n').length, 1);
    }
    assert.equal(networkNamespaceCookie(), home);
  });

  test('work is done in another one, and the thread is at home again, whatever becomes of it', () => {
    using namespace = enterTestNamespace('work');
    const home = networkNamespaceCookie();
    const [own, other] = [`/run/netns/${namespace.name}`, `/proc/${process.ppid}/ns/net`];
    const there = inNetworkNamespace(other, networkNamespaceCookie);
    assert.notEqual(there, home);
    assert.equal(networkNamespaceCookie(), home);
    const failing = (): never => {
      throw new Error(`at ${String(networkNamespaceCookie())}`);
    };
    assert.throws(() => inNetworkNamespace(other, failing), { message: `at ${String(there)}` });
    assert.equal(networkNamespaceCookie(), home);
    const nested = inNetworkNamespace(other, () => inNetworkNamespace(own, networkNamespaceCookie));
    assert.deepEqual([nested, networkNamespaceCookie()], [home, home]);
    assert.throws(() => inNetworkNamespace('/proc/self/ns/mnt', failing), { code: 'EINVAL' });
    assert.equal(networkNamespaceCookie(), home);
  });

  test('what is no network namespace is refused', () => {
    assert.throws(() => enterNetworkNamespace('/proc/self/ns/mnt'), { code: 'EINVAL', syscall: 'setns' });
    assert.throws(() => enterNetworkNamespace('/run/netns/sallyport-none'), {
      code: 'ENOENT',
      syscall: 'open',
    });
    assert.throws(() => enterNetworkNamespace(''), TypeError);
  });
});
