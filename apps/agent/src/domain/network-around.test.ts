// The network around an address, compared with what Node takes for it.
import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressFamily, formatAddress } from './address.ts';
import type { Address } from './address.ts';
import { networkAround, networkText } from './network-around.ts';

const CASES: readonly (readonly [string, string])[] = [
  ['1.2.3.4', '1.2.3.0/24'],
  ['255.255.255.255', '255.255.255.0/24'],
  ['0.0.0.0', '0.0.0.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8::/64'],
  ['fe80::1:2', 'fe80::/64'],
  ['::1', '::/64'],
  ['::', '::/64'],
  ['1::', '1::/64'],
  ['2001:db8:0:1::', '2001:db8:0:1::/64'],
  ['1:0:0:2:3:4:5:6', '1:0:0:2::/64'],
];

for (const [address, network] of CASES)
  test(`around ${address} it is ${network}`, () => {
    assert.equal(networkText(networkAround(address as Address)), network);
  });

const bytes = fc.oneof(
  fc.uint8Array({ minLength: 4, maxLength: 4 }),
  fc.uint8Array({ minLength: 16, maxLength: 16 }),
  // Runs of zeros, which the text leaves out.
  fc
    .array(fc.constantFrom(0, 0, 0, 1, 0x20), { minLength: 16, maxLength: 16 })
    .map((list) => Uint8Array.from(list)),
);

test('it holds its address, is the same for every address in it, and holds no other network', () => {
  fc.assert(
    fc.property(bytes, bytes, (one, other) => {
      const [address, second] = [formatAddress(one), formatAddress(other)];
      const network = networkAround(address);
      assert.deepEqual(networkAround(network.address), network);
      const family = addressFamily(address) === 4 ? 'ipv4' : 'ipv6';
      const list = new BlockList();
      list.addSubnet(network.address, network.prefixLength, family);
      assert.ok(list.check(address, family));
      if (addressFamily(second) !== addressFamily(address)) return;
      assert.equal(list.check(second, family), networkText(networkAround(second)) === networkText(network));
    }),
    { numRuns: 500 },
  );
});
