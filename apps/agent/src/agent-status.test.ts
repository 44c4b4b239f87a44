// What status counts, and what its health checks make of what they find.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusBook } from './agent-status.ts';
import { INITIAL_MODE } from './domain/mode.ts';
import type { RungReport } from './ladder.ts';

const CAPTURE = {
  received: 10,
  unanswered: 1,
  gone: 2,
  verdictErrors: 3,
  droppedByKernel: 0,
  droppedForUser: 0,
};
const KERNEL = {
  kernelPackets: 5,
  ownerMissing: 6,
  flowNotStored: 0,
  eventsLost: 0,
  ownPackets: 8,
  knownAllowed: 11,
  knownDenied: 12,
  notKnown: 13,
  onlyCounted: 14,
  forwardedForOthers: 21,
  ownersFoundAgain: 22,
};

const RUNG: RungReport = { rung: 'packet', text: 'packet, the best', failures: [], isChosen: false };

interface Changes extends Partial<typeof KERNEL> {
  readonly rung?: Partial<RungReport>;
  readonly ruleProblems?: number;
  readonly notCut?: number;
  readonly whyUncounted?: string;
}

function bookWith(changes: Changes = {}): StatusBook {
  const { ruleProblems = 0, notCut = 0, whyUncounted, rung, ...kernel } = changes;
  return new StatusBook({
    rung: { ...RUNG, ...rung },
    beforeReading: () => undefined,
    mode: () => INITIAL_MODE,
    strict: true,
    inbound: () => ({ nobodyListens: 6 }),
    rules: () => 4,
    ruleProblems: () => ruleProblems,
    broker: () => ({ openPrompts: 1, missedPrompts: 2, heldFlows: 3, forgottenMissedPrompts: 7 }),
    clients: () => 2,
    generation: () => 9,
    kernel: () => ({ ...KERNEL, ...kernel }),
    verdictCache: () => ({ learned: 15, masks: [1, 3] }),
    cuts: () => ({ cut: 16, notCut }),
    traffic: {
      whyUncounted,
      totals: () => ({ openFlows: 16, total: { packetsOut: 17, bytesOut: 18, packetsIn: 19, bytesIn: 20 } }),
    },
    history: () => ({ state: 'ok', text: 'fine', remedy: undefined }),
    packetSockets: () => ({ name: 'packet-sockets', state: 'ok', text: 'judged', remedy: undefined }),
    nowMs: () => 123,
  });
}

const stateOf = (book: StatusBook, name: string) => book.health().find((check) => check.name === name);

test('status gathers what its parts say at that moment', () => {
  const book = bookWith();
  book.countVerdict({ action: 'allow', reason: { kind: 'own' } });
  book.countVerdict({ action: 'deny', reason: { kind: 'default' } });
  book.countVerdict({ action: 'deny', reason: { kind: 'default' } });
  book.countKernelPacket();
  book.setCapture(() => ({ ...CAPTURE, droppedByKernel: 1, droppedForUser: 2 }));
  const status = book.status();
  assert.deepEqual(
    [
      status.startedAtMs,
      status.strict,
      status.rules,
      status.promptsOpen,
      status.promptsMissed,
      status.flowsHeld,
    ],
    [123, true, 4, 1, 2, 3],
  );
  assert.deepEqual(Object.fromEntries(status.counters.map(({ name, value }) => [name, value])), {
    packetsReceived: 10n,
    packetsUnanswered: 1n,
    packetsGone: 2n,
    packetsDroppedByFullQueue: 3n,
    verdictErrors: 3n,
    allowed: 1n,
    denied: 2n,
    kernelPackets: 6n,
    ownPackets: 8n,
    ownerMissing: 6n,
    ownersFoundAgain: 22n,
    knownAllowed: 11n,
    knownDenied: 12n,
    notKnown: 13n,
    knownOnlyCounted: 14n,
    forwardedForOthers: 21n,
    verdictsLearned: 15n,
    verdictMasks: 2n,
    flowsCut: 16n,
    flowsNotCut: 0n,
    trafficOpenFlows: 16n,
    trafficPacketsOut: 17n,
    trafficBytesOut: 18n,
    trafficPacketsIn: 19n,
    trafficBytesIn: 20n,
    inboundNobodyListens: 6n,
    missedPromptsForgotten: 7n,
  });
});

test('all checks are well where nothing is wrong, and then none says what to do', () => {
  const checks = bookWith().health();
  assert.deepEqual(
    checks.map(({ name }) => name),
    [
      'correlator',
      'bpf',
      'traffic',
      'netfilter',
      'inbound',
      'queue',
      'rules',
      'open-flows',
      'packet-sockets',
      'history',
    ],
  );
  for (const { name, state, remedy } of checks) assert.deepEqual([state, remedy], ['ok', undefined], name);
});

test('each thing that is wrong is found by its check, which says what to do', () => {
  const full = bookWith();
  full.setCapture(() => ({ ...CAPTURE, droppedForUser: 4 }));
  const broken = bookWith();
  broken.netfilterFailed('They could not be put back.');
  for (const [book, name, state, text] of [
    [bookWith({ flowNotStored: 2 }), 'bpf', 'degraded', /2 flows could not be recorded/],
    [bookWith({ eventsLost: 3, ownPackets: 0 }), 'bpf', 'degraded', /3 closed sockets/],
    [bookWith({ whyUncounted: 'refused' }), 'traffic', 'degraded', /not asked about: refused/],
    [full, 'queue', 'degraded', /for 4 packets/],
    [bookWith({ ruleProblems: 2 }), 'rules', 'degraded', /2 problems/],
    [bookWith({ notCut: 2 }), 'open-flows', 'degraded', /2 open flows go on that rules deny/],
    [broken, 'netfilter', 'broken', /They could not be put back/],
  ] as const) {
    const check = stateOf(book, name);
    assert.equal(check?.state, state);
    assert.match(check.text, text);
    assert.ok(check.remedy);
  }
});

test('netfilter rules that are in place again are well, and how often they were put back is told', () => {
  const book = bookWith();
  book.netfilterFailed('gone');
  book.netfilterRestored();
  assert.equal(stateOf(book, 'netfilter')?.state, 'ok');
  assert.match(stateOf(book, 'netfilter')?.text ?? '', /put back 1 times/);
});

test('the correlator is told with why better ones do not work, which is a fault only where nobody chose it', () => {
  assert.deepEqual(stateOf(bookWith(), 'correlator')?.state, 'ok');
  const failures = [{ rung: 'packet', reason: 'there is no xt_bpf' } as const];
  const rung = { rung: 'proc', text: 'proc, the last', failures } as const;
  const check = stateOf(bookWith({ rung }), 'correlator');
  assert.equal(check?.state, 'degraded');
  assert.match(
    check.text,
    /^proc, the last\. Every flow .* packet: not available because there is no xt_bpf/,
  );
  assert.equal(stateOf(bookWith({ rung: { ...rung, isChosen: true } }), 'correlator')?.state, 'ok');
  assert.equal(bookWith({ rung }).status().correlator, 'proc, the last');
});

test('what only the first rung does is not missed on another', () => {
  const book = bookWith({ rung: { rung: 'proc' }, whyUncounted: 'no programs' });
  assert.deepEqual([stateOf(book, 'traffic'), stateOf(book, 'bpf')], [undefined, undefined]);
});
