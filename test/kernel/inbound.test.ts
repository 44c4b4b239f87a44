// Flows that begin elsewhere, with --inbound: each belongs to the program that listens, and rules and people decide about it.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { waitFor } from '../lab/commands.ts';
import type { LabProgram } from '../lab/lab-program.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { Stage } from './stage.ts';
import type { Kind } from './stage.ts';
import { heardBy, HERE, inboundRule, VISITED_PORT, Visits } from './visits.ts';

const KINDS: readonly Kind[] = ['tcp', 'udp', 'udplite'];

describe('a flow that begins elsewhere', { skip: needsRoot, timeout: atThisPaceMs(240_000) }, () => {
  let stage: Stage;
  let visits: Visits;
  let listener: LabProgram | undefined;
  before(async () => {
    stage = await Stage.open({ args: ['--inbound'] });
    visits = new Visits(stage);
  });
  after(() => stage[Symbol.asyncDispose]());
  afterEach(async () => {
    await listener?.end();
    listener = undefined;
  });

  for (const family of [4, 6] as const)
    for (const kind of KINDS) {
      test(`by ${kind}, IPv${family}: is let in by a rule for the listener`, async () => {
        const app = visits.app(`allowed-${kind}-${family}`);
        await stage.person.client.putRule({ rule: inboundRule(app, 'ACTION_ALLOW') });
        listener = await visits.listen(app);
        assert.equal(await visits.visit(kind, HERE[family]).line(0), 'answered');
        const [record] = await stage.person.records(app);
        assert.equal(record?.direction, 'DIRECTION_IN');
        assert.deepEqual([record.port, record.localPort], [VISITED_PORT, VISITED_PORT]);
      });

      test(`by ${kind}, IPv${family}: is refused at once by a rule, and nothing arrives`, async () => {
        const app = visits.app(`denied-${kind}-${family}`);
        await stage.person.client.putRule({ rule: inboundRule(app, 'ACTION_DENY') });
        listener = await visits.listen(app);
        assert.equal(await visits.visit(kind, HERE[family]).line(0), 'ECONNREFUSED');
        assert.deepEqual(heardBy(listener), []);
      });
    }

  test('is not let in by a rule that does not say that it is about what comes in', async () => {
    const app = visits.app('outbound-only');
    const rule = inboundRule(app, 'ACTION_ALLOW');
    const { matcher } = rule;
    assert.ok(matcher);
    await stage.person.client.putRule({
      rule: { ...rule, matcher: { ...matcher, direction: 'DIRECTION_UNSPECIFIED' } },
    });
    listener = await visits.listen(app);
    const visitor = visits.visit('tcp');
    const prompt = await stage.person.asked(app);
    await stage.person.answer(prompt, { action: 'deny', lifetime: 'once' });
    assert.equal(await visitor.line(0), 'ECONNREFUSED');
  });

  for (const kind of ['tcp', 'udp'] as const)
    test(`by ${kind}: waits for an answer, and the answer holds for the next`, async () => {
      const app = visits.app(`asked-${kind}`);
      listener = await visits.listen(app);
      const visitor = visits.visit(kind);
      const prompt = await stage.person.asked(app);
      const flow = prompt.flows[0];
      assert.equal(flow?.direction, 'DIRECTION_IN');
      assert.deepEqual([flow.endpoint?.address, flow.endpoint?.port], ['10.66.0.1', VISITED_PORT]);
      assert.equal(flow.process?.pid, listener.pid);
      assert.deepEqual(heardBy(listener), []);
      await stage.person.answer(prompt, { action: 'allow' });
      assert.equal(await visitor.line(0), 'answered');
      assert.equal(await visits.visit(kind).line(0), 'answered');
    });

  test('asks nothing where nobody listens: the kernel refuses by itself', async () => {
    assert.equal(await visits.visit('tcp', HERE[4], 9).line(0), 'ECONNREFUSED');
    assert.equal(await visits.visit('udp', HERE[6], 9).line(0), 'ECONNREFUSED');
    assert.deepEqual(
      stage.person.prompts.filter(({ missed }) => !missed),
      [],
    );
  });

  test('reaches a socket at :: by IPv4, and belongs to its program', async () => {
    const app = visits.app('both-families');
    await stage.person.client.putRule({ rule: inboundRule(app, 'ACTION_ALLOW') });
    listener = await visits.listen(app, '::');
    assert.equal(await visits.visit('tcp').line(0), 'answered');
    assert.equal(await visits.visit('udp').line(0), 'answered');
    assert.equal((await stage.person.records(app)).length, 2);
  });

  test('is no answer: what this machine asked for comes in without a question', async () => {
    const app = stage.app('client-of-old');
    await stage.person.client.putRule({
      rule: { ...inboundRule(app, 'ACTION_ALLOW'), matcher: outwards(app) },
    });
    for (const kind of ['udp', 'udp-connected', 'udplite', 'tcp'] as const)
      assert.equal(await stage.speak(app, kind).line(0), 'answered', kind);
    // The second time the kernel decides by itself.
    assert.equal(await stage.speak(app, 'udp').line(0), 'answered');
  });

  test('of datagrams: what the listener answers is part of it, and is not asked about', async () => {
    const app = visits.app('answers');
    await stage.person.client.putRule({ rule: inboundRule(app, 'ACTION_ALLOW') });
    listener = await visits.listen(app);
    for (let count = 0; count < 3; count += 1)
      assert.equal(await visits.visit('udp-connected').line(0), 'answered');
    const directions = (await stage.person.records(app)).map(({ direction }) => direction);
    assert.deepEqual(new Set(directions), new Set(['DIRECTION_IN']));
    await waitFor('all heard', () => listener !== undefined && heardBy(listener).length === 3);
  });
});

function outwards(app: string): ReturnType<typeof inboundRule>['matcher'] {
  const { matcher } = inboundRule(app, 'ACTION_ALLOW');
  return matcher && { ...matcher, direction: 'DIRECTION_OUT' };
}
