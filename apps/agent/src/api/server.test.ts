// The API from end to end: a real server, a real socket, real clients.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { HistoryEntry } from './ports.ts';
import { promptNamed } from './testing/fake-firewall.ts';
import { nextEvent, serve, until } from './testing/serving.ts';

const DECIDE = {
  promptId: 'p-1',
  action: 'ACTION_ALLOW',
  scope: 'DECISION_SCOPE_ENDPOINT',
  lifetime: { lifetime: 'once', once: {} },
} as const;

describe('unary calls', () => {
  test('a decision reaches the firewall with the client that made it', async () => {
    await using serving = await serve();
    const answer = await serving.connect().decide({ ...DECIDE, flowIds: ['f-1'], revision: 4 });
    assert.equal(answer.undoToken, 'undo-1');
    const [made] = serving.firewall.decisions;
    assert.deepEqual(made?.decision, {
      promptId: 'p-1',
      action: 'allow',
      scope: 'endpoint',
      lifetime: { kind: 'once' },
      ...{ ownUserOnly: false, forContainer: false },
      flowIds: ['f-1'],
      revision: 4,
    });
    assert.equal(made.client.uid, 0);
  });

  test('each outcome that is not done becomes an error of its kind with a text for a person', async () => {
    await using serving = await serve();
    const client = serving.connect();
    serving.firewall.decision = { kind: 'refused', text: 'memfd:x may not carry a lasting rule.' };
    await assert.rejects(client.decide(DECIDE), { kind: 'refused', message: /may not carry a lasting rule/ });
    await assert.rejects(client.undoDecision({ undoToken: 't' }), {
      kind: 'changed',
      message: /time to undo/,
    });
    await assert.rejects(client.deleteRule({ id: 'curl-1' }), {
      kind: 'not-found',
      message: /the rule curl-1/,
    });
    await assert.rejects(client.setRuleEnabled({ id: 'curl-1' }), { kind: 'limit', message: /disk is full/ });
  });

  test('missed prompts are dismissed, one or all, and open ones are not', async () => {
    await using serving = await serve();
    const client = serving.connect();
    const missed = ['m-1', 'm-2', 'm-3'].map((id) => ({ ...promptNamed(id), state: 'missed' }) as const);
    serving.firewall.prompts = [promptNamed('p-1'), ...missed];
    assert.deepEqual(await client.dismissPrompts({ promptId: 'm-2' }), { dismissed: 1 });
    await assert.rejects(client.dismissPrompts({ promptId: 'p-1' }), { kind: 'not-found', message: /p-1/ });
    await assert.rejects(client.dismissPrompts({ promptId: 'a/b' }), { kind: 'invalid' });
    assert.deepEqual(await client.dismissPrompts({}), { dismissed: 2 });
    assert.deepEqual(
      serving.firewall.prompts.map(({ id }) => id),
      ['p-1'],
    );
  });

  test('a search of the history reaches it as it was typed', async () => {
    await using serving = await serve();
    await serving.connect().listHistory({
      words: ['100%', "it's"],
      appPart: 'Curl',
      addressPart: '1.2.',
      protocol: 'udp',
      direction: 'DIRECTION_IN',
      uid: 0,
      untilMs: 9,
    });
    const { words, appPart, addressPart, protocol, direction, uid, untilMs } =
      serving.firewall.queries[0] ?? {};
    assert.deepEqual(
      { words, appPart, addressPart, protocol, direction, uid, untilMs },
      {
        words: ['100%', "it's"],
        appPart: 'Curl',
        addressPart: '1.2.',
        protocol: 'udp',
        direction: 'in',
        uid: 0,
        untilMs: 9,
      },
    );
  });

  test('a fault inside the agent is logged with its stack and told without it', async () => {
    await using serving = await serve();
    await assert.rejects(serving.connect().undoDecision({ undoToken: 'broken' }), (error: Error) => {
      assert.match(error.message, /fault inside the agent/);
      assert.doesNotMatch(error.message, /a fault of the fake/);
      return true;
    });
    assert.match(serving.log.join(), /a fault of the fake[^]*at /);
  });

  test('a text with half a surrogate pair does not bring the agent down', async () => {
    await using serving = await serve();
    serving.firewall.decision = { kind: 'refused', text: 'half \ud800 a pair' };
    await assert.rejects(serving.connect().decide(DECIDE), { kind: 'refused' });
    assert.equal((await serving.connect().getStatus({})).version, '0.1.0');
  });

  test('status carries the failure table in force and 64-bit numbers without loss', async () => {
    await using serving = await serve();
    const status = await serving.connect().getStatus({});
    assert.deepEqual(status.counters, [{ name: 'packets', value: '9223372036854775808' }]);
    assert.equal(status.failureTable.find(({ name }) => name === 'noClient')?.action, 'ACTION_ALLOW');
  });

  test('explain means the uid of the client where none is given', async () => {
    await using serving = await serve({
      peerCredentials: () => ({ pid: 1, uid: 7, gid: 9, groups: [] }),
      groupId: () => 9,
    });
    const flow = {
      app: '/usr/bin/curl',
      direction: 'DIRECTION_OUT',
      protocol: 'tcp',
      address: '::1',
      port: 1,
    } as const;
    await serving.connect().explain(flow);
    await serving.connect().explain({ ...flow, uid: 0 });
    assert.deepEqual(
      serving.firewall.explained.map(({ uid }) => uid),
      [7, 0],
    );
  });

  test('rules go to text and back, and their uses are counted', async () => {
    await using serving = await serve();
    const client = serving.connect();
    assert.equal((await client.exportRules({ ids: ['a', 'b'] })).text, '# a b\n');
    await assert.rejects(client.exportRules({ ids: ['../a'] }), { kind: 'invalid', message: /ids\[0\]/ });
    const { problems } = await client.readRules({ text: 'x' });
    assert.deepEqual(problems, [
      { file: '', line: 1, reason: 'cannot read x', lastGoodVersionInForce: false },
    ]);
    assert.deepEqual(await client.listRuleUses({}), {
      uses: [{ ruleId: 'curl-443', flows: '3', lastAtMs: 7 }],
      sinceMs: 0,
    });
  });

  test('ten thousand history records fit into one answer', async () => {
    await using serving = await serve();
    const entry: HistoryEntry = {
      id: 1n,
      atMs: 1,
      action: 'deny',
      reason: 'failure promptTimeout',
      process: undefined,
      flow: undefined,
      heldUs: 0.5,
      alike: 0,
      traffic: undefined,
    };
    serving.firewall.entries = Array.from({ length: 10_000 }, (_, index) => ({
      ...entry,
      id: BigInt(index),
    }));
    const { records } = await serving.connect().listHistory({ limit: 10_000 });
    assert.equal(records.length, 10_000);
    assert.equal(records[9999]?.id, '9999');
  });
});

describe('watch', () => {
  test('begins with a snapshot, and nothing is missed or doubled after it', async () => {
    await using serving = await serve();
    const { firewall } = serving;
    firewall.prompts = [promptNamed('p-1')];
    const snapshot = firewall.snapshot.bind(firewall);
    firewall.snapshot = () => {
      // A change that is due at the same time: it must come after the snapshot that cannot hold it.
      queueMicrotask(() => firewall.tell({ kind: 'prompt', prompt: promptNamed('p-2') }));
      return snapshot();
    };
    const updates = serving.connect().watch();
    const first = await nextEvent(updates);
    assert.equal(first.event, 'snapshot');
    assert.equal(first.snapshot.prompts[0]?.question, 'Allow curl to connect to 1.2.3.4:443?');
    assert.equal(first.snapshot.you?.mayDecide, true);
    for (let revision = 1; revision <= 200; revision++)
      firewall.tell({ kind: 'prompt', prompt: promptNamed('p-3', revision) });
    const second = await nextEvent(updates);
    assert.ok(second.event === 'prompt' && second.prompt.id === 'p-2');
    for (let revision = 1; revision <= 200; revision++) {
      const event = await nextEvent(updates);
      assert.ok(event.event === 'prompt' && event.prompt.revision === revision);
    }
    await updates.return();
  });

  test('sends history only to those who asked for it', async () => {
    await using serving = await serve();
    const [plain, withHistory] = [serving.connect().watch(), serving.connect().watch({ history: true })];
    await Promise.all([nextEvent(plain), nextEvent(withHistory)]);
    const entry = {
      id: 1n,
      atMs: 1,
      action: 'allow',
      reason: 'default',
      heldUs: 1,
      alike: 0,
      traffic: undefined,
    } as const;
    serving.firewall.tell({ kind: 'history', entry: { ...entry, process: undefined, flow: undefined } });
    serving.firewall.tell({ kind: 'mode', mode: serving.firewall.mode });
    assert.equal((await nextEvent(plain)).event, 'mode');
    assert.equal((await nextEvent(withHistory)).event, 'history');
    await Promise.all([plain.return(), withHistory.return()]);
  });

  test('a client counts as connected while it watches, once for all of its streams', async () => {
    await using serving = await serve();
    const client = serving.connect();
    await client.getStatus({});
    assert.equal(serving.firewall.connected.length, 0);
    const streams = [client.watch(), client.watch(), serving.connect().watch()];
    await Promise.all(streams.map(nextEvent));
    assert.equal(serving.firewall.connected.length, 2);
    await Promise.all(streams.map((stream) => stream.return()));
    await until(() => serving.firewall.connected.length === 0 && serving.firewall.listeners === 0);
  });

  test('a client whose connection breaks is gone', async () => {
    await using serving = await serve();
    const client = serving.connect();
    const updates = client.watch();
    await nextEvent(updates);
    client.close();
    await until(() => serving.firewall.connected.length === 0 && serving.firewall.listeners === 0);
    await updates.return();
  });

  test('goes on with a new snapshot when the agent was restarted', async () => {
    await using serving = await serve();
    const updates = serving.connect().watch();
    await nextEvent(updates);
    const lost = updates.next();
    await serving.restart();
    assert.equal((await lost).value?.kind, 'disconnected');
    for await (const update of updates)
      if (update.kind === 'event') {
        assert.equal(update.event.event, 'snapshot');
        break;
      }
    await updates.return();
  });

  test('throws when the agent goes and no reconnection is wanted', async () => {
    await using serving = await serve();
    const updates = serving.connect().watch({ reconnect: false });
    await nextEvent(updates);
    await serving.stop();
    await assert.rejects(updates.next(), { kind: 'unavailable' });
  });

  test('ends without an error by its signal, while waiting for events or for the agent', async () => {
    await using serving = await serve();
    const controller = new AbortController();
    const updates = serving.connect().watch({ signal: controller.signal });
    await nextEvent(updates);
    setTimeout(() => controller.abort(), 10);
    assert.equal((await updates.next()).done, true);
  });

  test('a fault in the event of one stream ends that stream and not the firewall', async () => {
    await using serving = await serve();
    const updates = serving.connect().watch({ reconnect: false });
    await nextEvent(updates);
    const prompt = { ...promptNamed('p-1'), flows: [] };
    serving.firewall.tell({ kind: 'prompt', prompt });
    await assert.rejects(updates.next(), { kind: 'internal', message: /Reconnect for a new snapshot/ });
    assert.match(serving.log.join(), /at least one flow/);
  });
});
