import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Address } from '../domain/address.ts';
import type { Correlation } from './correlator.ts';
import { ownerOf } from './flow-map.ts';
import type { FlowMapEntry, OwnerRecord } from './flow-map.ts';
import { KEY } from './packet-facts.fixture.ts';
import { PacketCorrelator } from './rung-1-packet.ts';

const RECORD: OwnerRecord = {
  startNs: 70n,
  inode: 5n,
  ctimeNs: 6n,
  cgroupId: 8n,
  socketCookie: 9n,
  networkNamespace: 1n,
  pid: 7,
  uid: 1000,
  gid: 1001,
  device: (8 << 20) | 3,
  isElsewhere: 1,
};

const RUNNING = 9;
const ASKED: Correlation = { kind: 'unknown', reason: 'asked of those who look for it' };

function correlated(entry: FlowMapEntry | undefined, socketUid: number | undefined) {
  const correlator = new PacketCorrelator(
    {
      flowOwner: (key) => (key === KEY ? entry : undefined),
      senderOf: () => undefined,
    },
    { isFor: ({ evidence }) => evidence === RUNNING, correlate: () => ASKED },
  );
  const ends = {
    protocol: 'udp',
    localAddress: '1.1.1.1' as Address,
    remoteAddress: '2.2.2.2' as Address,
  } as const;
  return correlator.correlate({ key: KEY, ...ends, socketUid, isForwarded: false, mayWait: true });
}

test("a packet's own entry names its owner, also where the queue says no user", () => {
  const entry = { owner: RECORD, writtenNs: 10n, sharedUntilNs: 0n };
  for (const uid of [1000, undefined])
    assert.deepEqual(correlated(entry, uid), {
      kind: 'owner',
      owner: {
        pid: 7,
        startNs: 70n,
        uid: 1000,
        gid: 1001,
        executable: { deviceMajor: 8, deviceMinor: 3, inode: 5n, ctimeNs: 6n },
        cgroupId: 8n,
        socketCookie: 9n,
        networkNamespace: 1n,
        isElsewhere: true,
      },
    });
});

test("without an entry it is the kernel's own packet only where no process has the socket open", () => {
  assert.deepEqual(correlated(undefined, undefined), { kind: 'kernel' });
  assert.equal(correlated(undefined, 0).kind, 'unknown');
});

test('where only who ran is known, the socket is looked for, unless no process has it open', () => {
  const entry = { owner: { ...RECORD, evidence: RUNNING }, writtenNs: 10n, sharedUntilNs: 0n };
  assert.equal(correlated(entry, 1000), ASKED);
  assert.deepEqual(correlated(entry, undefined), { kind: 'kernel' });
});

test('an entry that two processes share is a guess, and no guess is made until it has aged', () => {
  const owner = RECORD;
  assert.equal(correlated({ owner, writtenNs: 10n, sharedUntilNs: 11n }, 1000).kind, 'unknown');
  assert.equal(correlated({ owner, writtenNs: 11n, sharedUntilNs: 11n }, 1000).kind, 'owner');
});

test('every device number of the kernel is split into its major and minor', () => {
  fc.assert(
    fc.property(fc.nat(0xfff), fc.nat(0xfffff), (major, minor) => {
      const device = ((major << 20) | minor) >>> 0;
      const { executable } = ownerOf({ ...RECORD, device });
      assert.deepEqual([executable.deviceMajor, executable.deviceMinor], [major, minor]);
    }),
  );
});
