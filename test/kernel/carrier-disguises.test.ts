// Who tries to look like a tunnel of the kernel's own, beside one that is there: is judged as ever.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import type { HistoryRecord } from '@sallyport/proto';
import { run, waitFor } from '../lab/commands.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { ruleFor } from './rule-for.ts';
import { PORT, SERVER, Stage } from './stage.ts';
import { LINKS, WIREGUARD } from './tunnels.ts';
import type { Tunnel } from './tunnels.ts';

const CHANGES = 300;
const TRIES_MS = 30_000;
/** The port at which a kernel's tunnel is, or none. */
const CARRIER_PORTS = [51_820, 4789] as const;

describe('beside a tunnel', { skip: needsRoot, timeout: atThisPaceMs(120_000) }, () => {
  let stage: Stage;
  let tunnel: Tunnel | undefined;
  before(async () => {
    stage = await Stage.open();
    for (const choice of [WIREGUARD, ...LINKS])
      if ((await choice.build(stage)) === undefined) return void (tunnel = choice);
  });
  after(() => stage[Symbol.asyncDispose]());

  // First: what the other one leaves behind are ports that several programs have used.
  for (const port of CARRIER_PORTS)
    test(`a raw socket that writes port ${port} is held, and its packet is gone when it is closed`, async () => {
      const before = stage.heard.length;
      const program = stage.start(stage.compile('raw-packet'), SERVER[4], forged(port));
      assert.equal(await program.line(0), 'sent');
      const ofPort = async (): Promise<readonly HistoryRecord[]> => {
        const { records } = await stage.person.client.listHistory({ port: PORT, limit: 100 });
        return records.filter(({ localPort }) => localPort === port);
      };
      await waitFor('the record', async () => (await ofPort()).length > 0);
      const [record] = await ofPort();
      assert.deepEqual([record?.pid, record?.action], [program.pid, 'ACTION_DENY']);
      assert.deepEqual((await heardUntilAllowed(stage, `after-${port}`)).slice(before), ['udp 4 5']);
    });

  test('a program whose socket changes its port while it sends is denied what is denied to it', async (context) => {
    if (tunnel === undefined) return context.skip('this kernel has no tunnels');
    const app = stage.compile('pose', 'pose', '-pthread');
    await stage.person.client.putRule({ rule: ruleFor(app, 'ACTION_DENY') });
    const before = stage.heard.length;
    const sent = await stage.start(app, SERVER[4], String(PORT), String(CHANGES)).line(0, TRIES_MS);
    const heard = await heardUntilAllowed(stage, 'after-the-changes');
    assert.deepEqual(heard.slice(before), ['udp 4 5'], `of ${sent}`);
    context.diagnostic(
      `${sent} datagrams beside ${tunnel.name}, and the port changed during ${CHANGES} of them`,
    );
  });
});

describe(
  'a tunnel that was moved into another network namespace',
  { skip: needsRoot, timeout: atThisPaceMs(60_000) },
  () => {
    test('what is sent there is judged by what carries it, because nothing else of it comes by', async (context) => {
      await using stage = await Stage.open();
      const [vxlan] = LINKS;
      const whyNot = await vxlan?.build(stage);
      if (vxlan === undefined || whyNot !== undefined) return context.skip(whyNot);
      const app = speakFromAnotherNamespace(context, stage, vxlan);
      const prompt = await stage.person.asked(app);
      assert.deepEqual(
        prompt.flows.map(({ endpoint }) => [endpoint?.address, endpoint?.port]),
        [['10.66.0.1', 4789]],
      );
      await stage.person.answer(prompt, { action: 'deny' });
    });
  },
);

/** What arrived until a datagram arrives that may. */
async function heardUntilAllowed(stage: Stage, name: string): Promise<readonly string[]> {
  const app = stage.app(name);
  await stage.person.client.putRule({ rule: ruleFor(app, 'ACTION_ALLOW') });
  assert.equal(await stage.speak(app, 'udp').line(0), 'answered');
  return stage.heard;
}

/** In hexadecimal: a datagram with this source port, and an IPv4 header of its own. The kernel fills in what is 0. */
function forged(port: number): string {
  const addresses = [10, 66, 0, 2, ...SERVER[4].split('.').map(Number)];
  const header = [0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, ...addresses];
  const datagram = [port >> 8, port & 0xff, PORT >> 8, PORT & 0xff, 0, 13, 0, 0, ...Buffer.from('hello')];
  return Buffer.from([...header, ...datagram]).toString('hex');
}

/** What carries its datagram still leaves by the client's, where the tunnel was made. */
function speakFromAnotherNamespace(context: TestContext, stage: Stage, { inside }: Tunnel): string {
  const name = `${stage.lab.client}-other`;
  run('ip', 'netns', 'add', name);
  context.after(() => run('ip', 'netns', 'delete', name));
  stage.lab.run('client', 'ip', 'link', 'set', 'tunnel0', 'netns', name);
  run('ip', '-n', name, 'address', 'add', `${inside.client}/24`, 'dev', 'tunnel0');
  run('ip', '-n', name, 'link', 'set', 'tunnel0', 'up');
  const app = stage.app('in-another-namespace');
  stage.start('nsenter', `--net=/run/netns/${name}`, app, 'udp', inside.server, String(PORT));
  return app;
}
