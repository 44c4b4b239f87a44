// The kernel is played: who ran as a packet went out, and who has its socket open.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packetFacts, recordOf } from './packet-facts.fixture.ts';
import { PushedOut } from './pushed-out.ts';

/** Has the cookie 7, too. */
const RECORD = { ...recordOf(7), evidence: 9 };
const SOCKET = { cookie: 7n, inode: 5 };

interface Given {
  readonly sockets?: readonly (typeof SOCKET)[];
  /** Undefined: nobody. */
  readonly holder?: number | undefined;
  readonly isShared?: boolean;
  /** Of each walk. */
  readonly takesMs?: number;
}

function bench(given: Given = {}) {
  const { sockets = [SOCKET], isShared = false, takesMs = 1 } = given;
  const holder = 'holder' in given ? given.holder : 7;
  const seen = { nowMs: 0, walks: 0 };
  const pushedOut = new PushedOut({
    candidateSockets: () => sockets,
    isOnlySeenRunning: ({ evidence }) => evidence === 9,
    findAgain: (socket) => {
      assert.deepEqual(socket, { inode: 5, socketCookie: 7n });
      seen.walks += 1;
      seen.nowMs += takesMs;
      return holder === undefined ? undefined : recordOf(holder);
    },
    isShared: () => isShared,
    nowMs: () => seen.nowMs,
  });
  const judged = (mayWait = true): string => {
    const correlation = pushedOut.correlate(packetFacts({ mayWait }), RECORD);
    return correlation.kind === 'unknown' ? correlation.reason : correlation.kind;
  };
  return { seen, judged, pushedOut };
}

test('is looked for only where no more is known than who ran', () => {
  const { pushedOut } = bench();
  assert.deepEqual([pushedOut.isFor(RECORD), pushedOut.isFor(recordOf(7))], [true, false]);
});

test('whoever ran as the packet went out is its process where it alone has the socket open', () => {
  const { seen, judged } = bench();
  assert.deepEqual([judged(), seen.walks], ['owner', 1]);
});

test('nobody is named where several have it, where it changed hands, and where it is closed or another', () => {
  const reasonOf = (given: Given): string => bench(given).judged(false);
  assert.match(reasonOf({ isShared: true }), /several processes have it open/);
  assert.match(reasonOf({ holder: 8 }), /another process than the one that sent has it open now/);
  assert.match(reasonOf({ holder: undefined }), /closed before it was looked for/);
  assert.match(reasonOf({ sockets: [] }), /closed/);
  assert.match(reasonOf({ sockets: [{ ...SOCKET, cookie: 10n }] }), /closed/);
  assert.match(reasonOf({ sockets: [{ ...SOCKET, inode: 0 }] }), /closed/);
});

test('walks take a tenth of the time: what has to wait longer than it may is nobody’s', () => {
  const { seen, judged } = bench({ takesMs: 10 });
  assert.equal(judged(false), 'owner');
  assert.deepEqual([judged(), judged(), seen.walks], ['not-yet', 'not-yet', 1]);
  assert.match(judged(false), /too many others/);
  seen.nowMs += 90;
  assert.deepEqual([judged(), seen.walks], ['owner', 2]);
});
