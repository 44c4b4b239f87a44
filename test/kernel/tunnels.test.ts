// Tunnels of the kernel's own: what a program sends through one is the program's and asked about once, and what carries it is the
// kernel's.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import type { HistoryRecord } from '@sallyport/proto';
import type { LabProgram } from '../lab/lab-program.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { PORT, Stage } from './stage.ts';
import type { Kind } from './stage.ts';
import { ESP, LINKS, WIREGUARD } from './tunnels.ts';
import type { Tunnel } from './tunnels.ts';

const ANSWERED_WITHIN_MS = 5000;
/** The first one may wait until both ends have agreed on keys, which takes its socket off: the others wait for nothing. */
const KINDS: readonly Kind[] = ['udp', 'tcp', 'udp-connected', 'udplite', 'ping-socket'];

describe('through a tunnel', { skip: needsRoot, timeout: atThisPaceMs(300_000) }, () => {
  let stage: Stage;
  before(async () => void (stage = await Stage.open()));
  after(() => stage[Symbol.asyncDispose]());

  for (const tunnel of [WIREGUARD, ...LINKS, ESP])
    test(tunnel.name, async (context) => {
      const whyNot = await tunnel.build(stage);
      context.after(() => tunnel.remove(stage));
      if (whyNot !== undefined) return context.skip(whyNot);
      const through = { stage, tunnel };
      await context.test('what a program sends is asked about once, for where it goes', (asked) =>
        checkAskedOnce(asked, through),
      );
      await context.test('what is denied does not arrive', (denied) => checkDenied(denied, through));
      await context.test('what a server here answers a connection from there is not asked about', (visited) =>
        checkVisited(visited, through),
      );
    });
});

interface Through {
  readonly stage: Stage;
  readonly tunnel: Tunnel;
}

async function checkAskedOnce(context: TestContext, { stage, tunnel }: Through): Promise<void> {
  const { person } = stage;
  await hearAt(context, { stage, tunnel, side: 'server', port: PORT });
  for (const kind of KINDS) {
    const app = stage.app(`${tunnel.name}/${kind}`);
    const program = stage.speak(app, kind, tunnel.inside.server);
    await person.answer(await person.asked(app), { action: 'allow' });
    assert.equal(await program.line(0, ANSWERED_WITHIN_MS), 'answered', kind);
    const [record, ...more] = await person.records(app);
    assert.equal(record?.address, tunnel.inside.server, kind);
    assert.deepEqual(more.map(endsOf), [], kind);
  }
  const { counters } = await person.client.getStatus({});
  assert.ok(Number(counters.find(({ name }) => name === 'kernelPackets')?.value) >= KINDS.length);
}

async function checkDenied(context: TestContext, { stage, tunnel }: Through): Promise<void> {
  const port = PORT + 1;
  const server = await hearAt(context, { stage, tunnel, side: 'server', port });
  const app = stage.app(`${tunnel.name}/denied`);
  const first = stage.start(app, 'udp', tunnel.inside.server, String(port));
  await stage.person.answer(await stage.person.asked(app), { action: 'deny' });
  const second = (): LabProgram => stage.start(app, 'udp', tunnel.inside.server, String(port));
  assert.equal(await first.line(0, ANSWERED_WITHIN_MS), 'ECONNREFUSED');
  assert.match(await second().line(0, ANSWERED_WITHIN_MS), /^(ECONNREFUSED|EPERM)$/);
  assert.deepEqual(server.lines.slice(1), []);
}

async function checkVisited(context: TestContext, { stage, tunnel }: Through): Promise<void> {
  await hearAt(context, { stage, tunnel, side: 'client', port: PORT });
  const visitor = stage.startBeyond(
    stage.app(`${tunnel.name}/visitor`),
    'tcp',
    tunnel.inside.client,
    String(PORT),
  );
  assert.equal(await visitor.line(0, ANSWERED_WITHIN_MS), 'answered');
}

interface Place extends Through {
  readonly side: 'client' | 'server';
  readonly port: number;
}

/** Until the test is over. */
async function hearAt(context: TestContext, { stage, tunnel, side, port }: Place): Promise<LabProgram> {
  const words = [stage.compile('hear'), String(port), tunnel.inside[side]] as const;
  const server = side === 'client' ? stage.start(...words) : stage.startBeyond(...words);
  context.after(() => server.end());
  await server.line(0);
  return server;
}

function endsOf({ address, port }: HistoryRecord): string {
  return `${address}:${port}`;
}
