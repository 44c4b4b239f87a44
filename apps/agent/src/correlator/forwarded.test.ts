import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FlowMapEntry } from './flow-map.ts';
import { correlateForwarded } from './forwarded.ts';
import type { SenderKey } from './forwarded.ts';

const [LOCAL, REMOTE] = [new Uint8Array(16).fill(1), new Uint8Array(16).fill(2)];
const KEY = {
  ...{ localAddress: LOCAL, remoteAddress: REMOTE, sequence: 3, localPort: 4, remotePort: 5, protocol: 6 },
};
const OWNER = {
  ...{ startNs: 70n, inode: 5n, ctimeNs: 6n, cgroupId: 8n, socketCookie: 9n, networkNamespace: 12n },
  ...{ pid: 7, uid: 1000, gid: 1001, device: (8 << 20) | 3, isElsewhere: 1 },
};

function correlated(entry: FlowMapEntry | undefined) {
  const asked: SenderKey[] = [];
  const senderOf = (key: SenderKey): FlowMapEntry | undefined => {
    asked.push(key);
    return entry;
  };
  const correlation = correlateForwarded({ senderOf }, KEY);
  assert.deepEqual(asked, [{ address: LOCAL, port: 4, sequence: 3, protocol: 6 }], 'whatever the other end');
  return correlation;
}

test('a forwarded packet is that of whom was seen to send from its address and port, in their own namespace', () => {
  const correlation = correlated({ owner: OWNER, writtenNs: 10n, sharedUntilNs: 0n });
  assert.ok(correlation.kind === 'owner');
  assert.deepEqual([correlation.owner.pid, correlation.owner.networkNamespace], [7, 12n]);
});

test("it is nobody's where two were seen at the same time, or none, and never the kernel's", () => {
  const shared = correlated({ owner: OWNER, writtenNs: 10n, sharedUntilNs: 11n });
  assert.ok(shared.kind === 'unknown');
  assert.match(shared.reason, /two network namespaces/);
  const none = correlated(undefined);
  assert.ok(none.kind === 'unknown');
  assert.match(none.reason, /no process was seen/);
});
