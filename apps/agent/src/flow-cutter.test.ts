// Which open sockets are ended after a change, and when: the kernel's list, the owners and the end of a socket are played.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { ownerOf } from './correlator/flow-map.ts';
import type { OwnerRecord } from './correlator/flow-map.ts';
import type { Address } from './domain/address.ts';
import { appOf } from './domain/app.ts';
import type { AppIdentity } from './domain/app.ts';
import type { Process } from './domain/owner.ts';
import type { RuleId } from './domain/rule.ts';
import { reasonText } from './domain/verdict.ts';
import { FlowCutter } from './flow-cutter.ts';
import type { FlowCutterPorts } from './flow-cutter.ts';
import { unknownProcess } from './correlator/process-resolver.ts';
import type { RuleDecision } from './pipeline-ports.ts';
import { NetworkPlaces } from './platform/network-places.ts';
import type { OpenSocket } from './platform/open-sockets.ts';
import type { FlowSubject } from './policy/flow-subject.ts';

const OWN_PID = 1;
/** Longer than changes are gathered. */
const GATHERED_MS = 80;
/** Until those that were connecting are looked at once more. */
const LOOK_AGAIN_MS = 250;
const PATIENCE_MS = 10_000;
const DENIED_PORT = 80;

function socketOf(cookie: number, parts: Partial<OpenSocket> = {}): OpenSocket {
  return {
    protocol: 'tcp',
    isConnecting: false,
    localAddress: '10.0.0.2' as Address,
    localPort: 40_000 + cookie,
    remoteAddress: '1.2.3.4' as Address,
    remotePort: DENIED_PORT,
    cookie: BigInt(cookie),
    interfaceIndex: 0,
    place: new NetworkPlaces(1n).own,
    ...parts,
  };
}

/** Denies one port; looks at what it is told to look at. */
function denies(consulted: RuleDecision['consulted'], isProgramUnknown = false) {
  return (subject: FlowSubject): RuleDecision | undefined => {
    if (subject.port() !== DENIED_PORT) return undefined;
    const reason = { kind: 'rule', ruleId: 'no-web' as RuleId } as const;
    return {
      verdict: {
        action: 'deny',
        reason: isProgramUnknown ? { ...reason, isProgramUnknown } : reason,
      },
      consulted,
      validUntilMs: undefined,
    };
  };
}

function recordOf(cookie: bigint, pid: number): OwnerRecord {
  return {
    ...{ startNs: 1n, inode: 1n, ctimeNs: 1n, cgroupId: 1n, socketCookie: cookie, networkNamespace: 1n },
    isElsewhere: 0,
    ...{ pid, uid: 1000, gid: 1000, device: 1 },
  };
}

function processOf(pid: number, identity: AppIdentity): Process {
  const named = { userName: undefined, commandLine: [], ancestors: [], lineage: undefined, cgroupId: 1n };
  return { pid, startNs: 1n, app: appOf(identity), uid: 1000, container: 'none', ...named };
}

interface Played extends Partial<FlowCutterPorts> {
  readonly sockets?: readonly OpenSocket[];
  /** The pid behind a socket; undefined: nothing was recorded. */
  readonly pidOf?: (cookie: bigint) => number | undefined;
  /** Whether the socket is older than the agent. */
  readonly isFound?: (cookie: bigint) => boolean;
  readonly identity?: AppIdentity;
}

function bench(played: Played = {}) {
  const {
    sockets = [],
    pidOf = () => 7,
    isFound = () => false,
    identity = { kind: 'path', path: '/usr/bin/curl' },
  } = played;
  const ended: bigint[] = [];
  const told: string[] = [];
  let walks = 0;
  let finished = 0;
  const cutter = new FlowCutter({
    *openSockets() {
      walks += 1;
      yield* sockets;
      finished += 1;
    },
    listeningPorts: () => new Set([22]),
    ownerOf: (cookie) => {
      const pid = pidOf(cookie);
      return pid === undefined ? undefined : { ...recordOf(cookie, pid), isFound: isFound(cookie) };
    },
    ownerOfAccepted: () => undefined,
    processes: {
      processOf: (correlation) =>
        correlation.kind === 'owner'
          ? processOf(correlation.owner.pid, identity)
          : unknownProcess('not recorded', undefined),
    },
    isOwnProcess: ({ pid }) => pid === OWN_PID,
    isRefused: () => false,
    isJudged: () => true,
    ruleDecision: denies(new Set(['app', 'port'])),
    mayDeny: () => true,
    nextEndMs: () => undefined,
    end: ({ cookie }) => {
      ended.push(cookie);
      return 'destroyed';
    },
    afterCut: ({ key }, { reason }) => told.push(`${key.localPort} ${reasonText(reason)}`),
    log: { warn: () => undefined },
    networkNamespace: 1n,
    nowMs: () => 0,
    ...played,
  });
  return { cutter, ended, told, walks: () => walks, finished: () => finished };
}

async function until(isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  while (!isSo() && performance.now() < endMs) await delay(5);
}

async function afterChange(played: Played) {
  const made = bench(played);
  made.cutter.rulesChanged();
  await until(() => made.finished() === 1);
  made.cutter.stop();
  return made;
}

describe('open flows after a change of rules', () => {
  test('what a rule denies is ended, told with its rule and counted; the rest stays', async () => {
    const sockets = [socketOf(1), socketOf(2, { remotePort: 443 })];
    const { cutter, ended, told } = await afterChange({ sockets });
    assert.deepEqual(ended, [1n]);
    assert.deepEqual(told, ['40001 rule no-web (cut)']);
    assert.deepEqual(cutter.counts, { cut: 1, notCut: 0 });
  });

  test('of what was refused a moment ago a socket that only has hold of its destination stays', async () => {
    const sockets = [socketOf(1), socketOf(2, { protocol: 'udp' }), socketOf(3, { isConnecting: true })];
    const { ended } = await afterChange({ sockets, isRefused: () => true });
    assert.deepEqual(ended, [1n], 'what is connected was allowed since, without a record');
  });

  for (const parts of [{ isConnecting: true }, { protocol: 'udp' }] as const)
    test(`what waits in the queue is left to its verdict, and ended where it was let through before: ${JSON.stringify(parts)}`, async () => {
      let isRefused = false;
      const made = bench({
        sockets: [socketOf(1, parts), socketOf(2, parts)],
        isRefused: ({ socketCookie }) => isRefused && socketCookie === 1n,
      });
      made.cutter.rulesChanged();
      await until(() => made.finished() === 1);
      assert.deepEqual(made.ended, []);
      isRefused = true;
      await until(() => made.ended.length > 0);
      await delay(2 * LOOK_AGAIN_MS);
      assert.deepEqual([made.ended, made.walks()], [[2n], 1], 'others began after the change');
      made.cutter.stop();
    });

  test('a second look that breaks off is taken again', async () => {
    let ends = 0;
    const made = bench({
      sockets: [socketOf(1, { isConnecting: true })],
      end: () => {
        ends += 1;
        if (ends === 1) throw new Error('EAGAIN');
        return 'destroyed';
      },
    });
    made.cutter.rulesChanged();
    await until(() => ends === 2);
    assert.deepEqual([made.walks(), made.told], [1, ['40001 rule no-web (cut)']]);
    made.cutter.stop();
  });

  test("the agent's own and what others connected to stay", async () => {
    const sockets = [socketOf(1), socketOf(2, { localPort: 22 }), socketOf(3, { localPort: 22 })];
    const pidOf = (cookie: bigint) => (cookie === 1n ? OWN_PID : cookie === 2n ? undefined : 7);
    const { ended } = await afterChange({ sockets, pidOf, ruleDecision: denies(new Set(['port'])) });
    assert.deepEqual(ended, [3n], 'it was seen to connect, whatever its own port is');
    const found = { sockets, isFound: () => true, ruleDecision: denies(new Set(['port'])) };
    assert.deepEqual((await afterChange(found)).ended, [1n], 'nobody saw which side began');
  });

  test('of another network namespace only what came by here and is known to be denied is ended', async () => {
    const { own: place } = new NetworkPlaces(2n);
    const [judged, other, unknown] = [3, 4, 5].map((cookie) => socketOf(cookie, { place, localPort: 22 }));
    assert.ok(judged && other && unknown);
    const { ended } = await afterChange({
      sockets: [judged, other, unknown],
      pidOf: (cookie) => (cookie === 5n ? undefined : 7),
      isJudged: (cookie) => cookie !== 4n,
    });
    assert.deepEqual(ended, [3n]);
  });

  test('what others connected to is judged as theirs where that is judged, by the process of the listener', async () => {
    const accepted = { localPort: DENIED_PORT, remotePort: 50_000 };
    const sockets = [socketOf(2, accepted), socketOf(3, accepted)];
    const seen: unknown[] = [];
    const { ended } = await afterChange({
      ...{ sockets, pidOf: () => undefined, listeningPorts: () => new Set([DENIED_PORT]) },
      ownerOfAccepted: ({ cookie }) =>
        cookie === 3n ? { kind: 'owner', owner: ownerOf(recordOf(9n, 70)) } : undefined,
      ruleDecision: (subject) => {
        seen.push([subject.direction(), subject.port(), subject.processInstance()?.pid]);
        return denies(new Set(['app', 'port']))(subject);
      },
    });
    assert.deepEqual(seen, [['in', DENIED_PORT, 70]]);
    assert.deepEqual(ended, [3n]);
  });

  for (const field of ['app', 'uid', 'processInstance'] as const)
    test(`of an unrecorded program stays what the rules could allow by its ${field}`, async () => {
      const sockets = [socketOf(1)];
      const decision = denies(new Set(['port', field]));
      const { ended } = await afterChange({ sockets, pidOf: () => undefined, ruleDecision: decision });
      assert.deepEqual(ended, []);
    });

  test('of an unrecorded program is ended what is denied to all', async () => {
    const decision = denies(new Set(['port', 'address', 'protocol', 'direction']));
    const { ended } = await afterChange({
      sockets: [socketOf(1)],
      pidOf: () => undefined,
      ruleDecision: decision,
    });
    assert.deepEqual(ended, [1n]);
  });

  test('a program of which only the file is known counts as unrecorded where the App matters', async () => {
    const identity = { kind: 'inode', device: '8:1', inode: 1n } as const;
    const sockets = [socketOf(1)];
    const about = async (field: 'app' | 'uid') =>
      (await afterChange({ sockets, identity, ruleDecision: denies(new Set([field])) })).ended;
    assert.deepEqual(await about('app'), []);
    assert.deepEqual(await about('uid'), [1n]);
  });

  test('nothing is looked at while nothing can be denied', async () => {
    const made = bench({ sockets: [socketOf(1)], mayDeny: () => false });
    made.cutter.rulesChanged();
    await delay(GATHERED_MS);
    assert.equal(made.walks(), 0);
    made.cutter.stop();
  });

  test('many changes are one, and one that comes meanwhile is not lost', async () => {
    const sockets = Array.from({ length: 50 }, (_, index) => socketOf(index + 1));
    let isFirst = true;
    const made: ReturnType<typeof bench> = bench({
      sockets,
      end: () => {
        if (isFirst) made.cutter.rulesChanged();
        isFirst = false;
        return 'not-found';
      },
    });
    for (let count = 0; count < 100; count += 1) made.cutter.rulesChanged();
    await until(() => made.finished() === 2);
    await delay(GATHERED_MS);
    assert.equal(made.walks(), 2);
    assert.deepEqual(made.cutter.counts, { cut: 0, notCut: 0 });
    made.cutter.stop();
  });

  test('packets have their turn in between', async () => {
    const sockets = Array.from({ length: 30 }, (_, index) => socketOf(index + 1));
    let judged = 0;
    const made = bench({
      sockets,
      end: () => {
        const untilMs = performance.now() + 1;
        while (performance.now() < untilMs);
        judged += 1;
        return 'destroyed';
      },
    });
    made.cutter.rulesChanged();
    let most = 0;
    for (let before = 0; judged < sockets.length; before = judged) {
      await turn();
      most = Math.max(most, judged - before);
    }
    assert.ok(most <= 4, `${most} sockets in one turn`);
  });

  test('a kernel that cannot end sockets is said once and counted', async () => {
    const warnings: string[] = [];
    const { cutter, told } = await afterChange({
      sockets: [socketOf(1), socketOf(2)],
      end: () => 'not-supported',
      log: { warn: (text) => void warnings.push(text) },
    });
    assert.deepEqual(cutter.counts, { cut: 0, notCut: 2 });
    assert.deepEqual([warnings.length, told.length], [1, 0]);
  });

  test('a list that breaks off is read again', async () => {
    let tries = 0;
    const made = bench({
      *openSockets() {
        tries += 1;
        yield socketOf(tries);
        if (tries === 1) throw new Error('EAGAIN');
      },
    });
    made.cutter.rulesChanged();
    await until(() => made.ended.length === 2);
    assert.deepEqual(made.ended, [1n, 2n]);
    made.cutter.stop();
  });

  test('a rule that ends by the clock is a change', async () => {
    const endMs = Date.now() + 60;
    let walkedAtMs = 0;
    const made = bench({
      *openSockets() {
        walkedAtMs = Date.now();
        yield socketOf(1);
      },
      nextEndMs: () => (Date.now() < endMs ? endMs : undefined),
      nowMs: Date.now,
    });
    // Its timer alone keeps no process alive.
    await until(() => made.ended.length === 1);
    assert.deepEqual(made.ended, [1n]);
    assert.ok(walkedAtMs >= endMs);
    made.cutter.stop();
  });
});
