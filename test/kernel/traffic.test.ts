// What flows carry, counted by the kernel: the same packets and bytes as netfilter's own counters, for every protocol, in both
// directions, for flows that the agent decided and for those that the kernel decided; told while a flow is open, and kept.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { HistoryRecord, Traffic } from '@sallyport/proto';
import { waitFor } from '../lab/commands.ts';
import { needsRoot } from '../lab/root.ts';
import { NetfilterCounters } from './netfilter-counters.ts';
import type { Counted, Family } from './netfilter-counters.ts';
import { ruleFor } from './rule-for.ts';
import { SERVER, Stage } from './stage.ts';
import type { Kind } from './stage.ts';
import { TrafficWatch } from './traffic-watch.ts';

/** Kinds of flows, and what iptables calls their protocol, by family. */
const DATAGRAMS: readonly (readonly [Kind, Readonly<Record<Family, string>>])[] = [
  ['udp', { 4: 'udp', 6: 'udp' }],
  ['udp-connected', { 4: 'udp', 6: 'udp' }],
  ['udp-large', { 4: 'udp', 6: 'udp' }],
  ['udplite', { 4: 'udplite', 6: 'udplite' }],
  ['ping-socket', { 4: 'icmp', 6: 'icmpv6' }],
  ['ping-raw', { 4: 'icmp', 6: 'icmpv6' }],
  ['raw-253', { 4: '253', 6: '253' }],
];
const FAMILIES: readonly Family[] = [4, 6];
/** More than the kernel tells of one by one in a second. */
const MANY = 120;

describe('traffic', { skip: needsRoot, timeout: 180_000 }, () => {
  let stage: Stage;
  let watch: TrafficWatch;
  let netfilter: NetfilterCounters;
  before(async () => {
    stage = await Stage.open();
    watch = new TrafficWatch(stage.person.client);
    netfilter = new NetfilterCounters(stage.lab);
  });
  after(async () => {
    await watch.stop();
    await stage[Symbol.asyncDispose]();
  });

  const counter = async (name: string): Promise<number> => {
    const { counters } = await stage.person.client.getStatus({});
    return Number(counters.find((entry) => entry.name === name)?.value ?? NaN);
  };
  const allowed = async (name: string): Promise<string> => {
    const app = stage.app(name);
    await stage.person.client.putRule({ rule: ruleFor(app, 'ACTION_ALLOW') });
    return app;
  };
  /** The records of this process, as soon as what it carried is written. */
  const written = async (app: string, pid: number): Promise<readonly HistoryRecord[]> => {
    const find = async (): Promise<readonly HistoryRecord[]> =>
      (await stage.person.records(app)).filter((record) => record.pid === pid);
    await waitFor('history', async () => (await find()).some(({ traffic }) => traffic !== undefined));
    return find();
  };

  test('a TCP connection, while it is open and after: what netfilter counts, whoever decided it', async () => {
    const app = await allowed('stream');
    for (const family of FAMILIES) {
      for (const decidedBy of ['the agent', 'the kernel']) {
        netfilter.begin(family, 'tcp');
        const known = await counter('knownAllowed');
        const program = stage.speak(app, 'tcp-much', SERVER[family]);
        assert.equal(await program.line(0), 'answered');
        // Read anew each time: an acknowledgement may still be on its way.
        const told = await watch.flow(program.pid, ({ traffic }) => isSame(traffic, netfilter.read(family)));
        const open = countedOf(told.traffic);
        assert.ok(open.bytesOut > 3e6 && open.bytesIn > 3e6, JSON.stringify(open));
        assert.equal(told.ended, false);
        program.goOn();
        const ended = await watch.flow(program.pid, ({ ended: isOver }) => isOver);
        assertNear(ended.traffic, netfilter.read(family));
        assert.deepEqual(
          (await written(app, program.pid)).map(({ traffic }) => traffic),
          [ended.traffic],
        );
        const isKnown = (await counter('knownAllowed')) > known;
        if (decidedBy === 'the kernel') assert.ok(isKnown, `IPv${family}: decided by ${decidedBy}`);
      }
    }
  });

  for (const [kind, protocols] of DATAGRAMS) {
    test(`${kind}: every packet, in both directions, whoever decided it`, async () => {
      const app = await allowed(kind);
      for (const family of FAMILIES) netfilter.begin(family, protocols[family]);
      const pids = { 4: [] as number[], 6: [] as number[] };
      for (const family of [4, 6, 4, 6] as const) {
        const program = stage.speak(app, kind, SERVER[family]);
        assert.equal(await program.line(0), 'answered');
        pids[family].push(program.pid);
      }
      for (const family of FAMILIES) {
        const flows = await Promise.all(pids[family].map((pid) => watch.flow(pid, ({ ended }) => ended)));
        const sum = flows.map(({ traffic }) => countedOf(traffic)).reduce(added);
        assert.deepEqual(sum, withoutFragments(netfilter.read(family), kind, family), `IPv${family}`);
        for (const { pid, traffic } of flows)
          assert.deepEqual(
            (await written(app, pid)).map((record) => record.traffic),
            [traffic],
          );
      }
    });
  }

  test('a flow that somebody was asked about', async () => {
    const app = stage.app('asked');
    netfilter.begin(4, 'tcp');
    const program = stage.speak(app, 'tcp-much');
    await stage.person.answer(await stage.person.asked(app), { action: 'allow', lifetime: 'once' });
    assert.equal(await program.line(0), 'answered');
    await watch.flow(program.pid, ({ traffic }) => isSame(traffic, netfilter.read(4)));
  });

  test('what was refused carried nothing and is no flow', async () => {
    const app = stage.app('refused');
    await stage.person.client.putRule({ rule: ruleFor(app, 'ACTION_DENY') });
    for (const kind of ['udp', 'tcp', 'udp', 'tcp'] as const) await stage.speak(app, kind).line(0);
    const records = await stage.person.records(app);
    assert.equal(records.length, 4);
    assert.ok(records.every(({ traffic }) => traffic === undefined));
    assert.deepEqual(watch.of(app), []);
  });

  test('one socket, two destinations: each has its own', async () => {
    const app = await allowed('two-ends');
    const program = await stage.speakLater(app, 'udp');
    program.goOn();
    assert.equal(await program.line(1), 'answered');
    program.goOn();
    assert.equal(await program.line(2), 'answered');
    await watch.flow(program.pid, ({ traffic }) => traffic?.packetsIn === '1');
    assert.equal(watch.of(app).length, 2);
  });

  test('flows that the kernel only counted: their last record has what they carried', async () => {
    const app = await allowed('many');
    await stage.speak(app, 'udp').line(0);
    await counter('notKnown');
    netfilter.begin(4, 'udp');
    const program = await stage.speakLater(app, 'udp');
    for (let count = 1; count <= MANY; count += 1) program.goOn();
    await program.line(MANY);
    assert.ok(program.lines.slice(1).every((line) => line === 'answered'));
    await program.end();
    const sum = async (): Promise<Counted> => {
      const records = (await stage.person.records(app)).slice(0, -1);
      return records.map(({ traffic }) => countedOf(traffic)).reduce(added, countedOf(undefined));
    };
    const all = netfilter.read(4);
    assert.equal(all.packetsOut, MANY);
    await waitFor('all of it', async () => (await sum()).packetsOut === MANY, 45_000);
    assert.deepEqual(await sum(), all);
    const alike = (await stage.person.records(app)).reduce(
      (total, record) => total + Number(record.alike),
      0,
    );
    assert.ok(alike > 0, 'so many in a second that some are only counted');
  });

  test('nobody watches what does not change', async () => {
    // What the tests before left behind ends first.
    const isQuiet = async (): Promise<boolean> => {
      const { reports } = watch;
      await delay(3000);
      return watch.reports === reports;
    };
    assert.ok((await isQuiet()) || (await isQuiet()) || (await isQuiet()));
  });

  test('status has the sum', async () => {
    assert.ok((await counter('trafficBytesOut')) > 15e6 && (await counter('trafficBytesIn')) > 15e6);
  });
});

function countedOf(traffic: Traffic | undefined): Counted {
  const { packetsOut = 0, bytesOut = 0, packetsIn = 0, bytesIn = 0 } = traffic ?? {};
  return {
    packetsOut: Number(packetsOut),
    bytesOut: Number(bytesOut),
    packetsIn: Number(packetsIn),
    bytesIn: Number(bytesIn),
  };
}

/** IPv6 puts a datagram together behind netfilter's hook, which sees its fragments. Each has headers of its own. */
function withoutFragments(counted: Counted, kind: Kind, family: Family): Counted {
  if (kind !== 'udp-large' || family === 4) return counted;
  assert.ok(counted.packetsIn > counted.packetsOut);
  return { ...counted, packetsIn: counted.packetsOut, bytesIn: counted.bytesOut };
}

function added(one: Counted, other: Counted): Counted {
  return {
    packetsOut: one.packetsOut + other.packetsOut,
    bytesOut: one.bytesOut + other.bytesOut,
    packetsIn: one.packetsIn + other.packetsIn,
    bytesIn: one.bytesIn + other.bytesIn,
  };
}

function isSame(traffic: Traffic | undefined, counted: Counted): boolean {
  return JSON.stringify(countedOf(traffic)) === JSON.stringify(counted);
}

/** Bytes within 0.1 %; the last goodbye of a connection is the kernel's own: its socket is gone by then. */
function assertNear(traffic: Traffic | undefined, counted: Counted): void {
  const own = countedOf(traffic);
  for (const side of ['Out', 'In'] as const) {
    const [bytes, all] = [own[`bytes${side}`], counted[`bytes${side}`]];
    assert.ok(Math.abs(bytes - all) <= all / 1000, `${bytes} of ${all} bytes ${side}`);
    assert.ok(counted[`packets${side}`] - own[`packets${side}`] <= 2);
  }
}
