// The kernel is played: entries that come late, entries of others.
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { PacketFacts } from './correlator.ts';
import type { FlowMapEntry, FlowMapKey } from './flow-map.ts';
import { KEY, packetFacts, recordOf, SECOND_NS } from './packet-facts.fixture.ts';
import { KprobeCorrelator } from './rung-3-kprobe.ts';

const STREAM_KEY: FlowMapKey = { ...KEY, sequence: 77, protocol: 6 };

/** A SYN, which can wait for what the kernel writes. */
function packet(changes: Partial<PacketFacts> = {}): PacketFacts {
  return packetFacts({ key: STREAM_KEY, protocol: 'tcp', mayWait: true, ...changes });
}

describe('the process of a packet, by kprobes', () => {
  let entries: Map<string, FlowMapEntry>;
  let cookies: readonly bigint[];
  let correlator: KprobeCorrelator;
  const textOf = ({ localAddress, sequence, localPort }: FlowMapKey): string =>
    `${localAddress.join('.')} ${sequence} ${localPort}`;
  const write = (key: FlowMapKey, pid: number, sharedUntilNs = 0n): void =>
    void entries.set(textOf(key), { owner: recordOf(pid), writtenNs: 9n * SECOND_NS, sharedUntilNs });
  function answer(changes?: Partial<PacketFacts>): number | string {
    const correlation = correlator.correlate(packet(changes));
    return correlation.kind === 'owner' ? correlation.owner.pid : correlation.kind;
  }

  beforeEach(() => {
    entries = new Map();
    cookies = [];
    correlator = new KprobeCorrelator({
      flowMap: { flowOwner: (key) => entries.get(textOf(key)) },
      candidateSockets: () => cookies.map((cookie) => ({ cookie })),
      nowNs: () => 10n * SECOND_NS,
    });
  });

  test('of a stream is waited for, for as long as the packet may wait', () => {
    assert.equal(answer(), 'not-yet');
    assert.equal(answer({ mayWait: false }), 'unknown');
    assert.equal(answer({ mayWait: false, socketUid: undefined }), 'kernel');
    write(STREAM_KEY, 10);
    assert.equal(answer(), 10);
  });

  test('of a stream is never that of an earlier one from the same port', () => {
    write({ ...STREAM_KEY, sequence: 76 }, 10);
    assert.equal(answer(), 'not-yet');
  });

  test('of a datagram was noted before it was made: nothing is waited for', () => {
    assert.equal(answer({ protocol: 'udp' }), 'unknown');
    const noted = { ...STREAM_KEY, localAddress: new Uint8Array(16), sequence: 0 };
    write({ ...noted, localPort: 0 }, 10);
    assert.equal(answer({ protocol: 'udp' }), 10);
    write(noted, 10);
    assert.equal(answer({ protocol: 'udp' }), 10);
    write(noted, 11);
    assert.equal(answer({ protocol: 'udp' }), 'unknown');
    write(noted, 10, 20n * SECOND_NS);
    assert.equal(answer({ protocol: 'udp' }), 'unknown');
  });

  test('has the cookie of the only socket that can have sent it, and else none', () => {
    write(STREAM_KEY, 10);
    const cookie = (): unknown => {
      const correlation = correlator.correlate(packet());
      return correlation.kind === 'owner' && correlation.owner.socketCookie;
    };
    assert.equal(cookie(), 0n);
    cookies = [7n];
    assert.equal(cookie(), 7n);
    cookies = [7n, 8n];
    assert.equal(cookie(), 0n);
  });

  test('is the kernel where no program has a socket', () =>
    assert.equal(answer({ protocol: 'icmpv6', socketUid: undefined }), 'kernel'));
});
