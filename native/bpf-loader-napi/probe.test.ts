// Probes of the running kernel, and of what no kernel has.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { needsRoot } from './fixtures/fixtures.ts';
import { supports, supportsHelper } from './index.ts';

describe('probes', needsRoot, () => {
  test('an unknown helper is refused, one of another program type is a no', () => {
    assert.throws(() => supportsHelper('cgroup_sock_addr', 'no_such_helper'), { code: 'ENOENT' });
    assert.equal(supportsHelper('socket_filter', 'override_return'), false);
  });

  test('what every kernel since 4.17 has is a yes', () => {
    assert.equal(supports('cgroup_sock_addr'), true);
    assert.equal(supports('socket_filter'), true);
    assert.equal(supportsHelper('cgroup_sock_addr', 'map_lookup_elem'), true);
  });
});
