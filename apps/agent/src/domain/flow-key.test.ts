// Protocols by name and number, and the one text of a key.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Address } from './address.ts';
import { flowKeyText, hasPorts, protocolNumber, protocolOf } from './flow-key.ts';
import type { FlowKey } from './flow-key.ts';

test('every number has a protocol and every protocol its number', () => {
  const names = Array.from({ length: 256 }, (_, number) => protocolOf(number));
  assert.deepEqual(
    names.map((name) => protocolNumber(name)),
    Array.from({ length: 256 }, (_, number) => number),
  );
  assert.equal(new Set(names).size, 256);
  assert.deepEqual(
    names.filter((name) => hasPorts(name)),
    ['tcp', 'udp', 'sctp', 'udplite'],
  );
});

test('two keys have the same text only if they are the same', () => {
  const address = fc.constantFrom('1.2.3.4', '1.2.3.40', '::1', '2001:db8::1') as fc.Arbitrary<Address>;
  const port = fc.constantFrom(0, 4, 44, 443);
  const key: fc.Arbitrary<FlowKey> = fc.record({
    protocol: fc.constantFrom('tcp', 'udp', 'ip-4', 'ip-44'),
    localAddress: address,
    localPort: port,
    remoteAddress: address,
    remotePort: port,
    networkNamespace: fc.constantFrom(1n, 11n),
  });
  fc.assert(
    fc.property(key, key, (one, other) => {
      const isSame = Object.keys(one).every(
        (field) => one[field as keyof FlowKey] === other[field as keyof FlowKey],
      );
      assert.equal(flowKeyText(one) === flowKeyText(other), isSame);
    }),
    { numRuns: 2000 },
  );
});
