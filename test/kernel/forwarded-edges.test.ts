// What is forwarded and is nobody's, an answer, or another machine's; and an agent that leaves it all out.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { waitFor } from '../lab/commands.ts';
import { ContainerNetwork } from '../lab/container-network.ts';
import type { ContainerNetworkOptions } from '../lab/container-network.ts';
import type { LabProgram } from '../lab/lab-program.ts';
import { needsRoot } from '../lab/root.ts';
import {
  ASK_AS_ANOTHER_MACHINE,
  ECHO,
  FROM_ONE_PORT,
  pythonPath,
  WITHOUT_A_SOCKET,
} from './programs/namespaces.ts';
import { ruleFor } from './rule-for.ts';
import { PORT, SERVER, Stage } from './stage.ts';

describe('at the edges of what is forwarded', { skip: needsRoot, timeout: 120_000 }, () => {
  const python = needsRoot === false ? pythonPath() : '';
  const parts = new DisposableStack();
  let stage: Stage;
  before(async () => void (stage = await Stage.open()));
  after(async () => {
    await stage[Symbol.asyncDispose]();
    parts.dispose();
  });

  function networkOf(options: Omit<ContainerNetworkOptions, 'lab'>): ContainerNetwork {
    const network = new ContainerNetwork({ lab: stage.lab, ...options });
    parts.defer(() => network.close());
    return network;
  }
  const startIn = ({ name }: ContainerNetwork, ...words: readonly string[]): LabProgram =>
    stage.start('nsenter', `--net=/run/netns/${name}`, ...words);
  const recordOf = (app: string, port: number) =>
    waitFor(`a record of ${app}`, async () =>
      (await stage.person.records(app)).some((record) => record.port === port),
    );
  /** Of a link in the client's namespace. */
  function hardwareOf(link: string): string {
    const shown = stage.lab.run('client', 'ip', 'link', 'show', link);
    return (/link.ether ([0-9a-f:]+)/.exec(shown)?.[1] ?? '').replaceAll(':', '');
  }

  test('a program of the machine in a network of its own is the App of its path', async () => {
    const app = stage.app('outside');
    const program = startIn(networkOf({ number: 21 }), app, 'tcp', SERVER[4], String(PORT));
    await stage.person.answer(await stage.person.asked(app), { action: 'allow' });
    assert.equal(await program.line(0), 'answered');
  });

  test('what answers a datagram from another machine is not asked about', async () => {
    const network = networkOf({ number: 22, isRouted: true });
    await stage.person.client.putRule({ rule: ruleFor(python, 'ACTION_DENY') });
    await startIn(network, 'python3', '-c', ECHO).line(0);
    stage.lab.run('server', 'ip', 'address', 'add', '10.66.0.77/24', 'dev', 'veth0');
    const words = ['python3', '-c', ASK_AS_ANOTHER_MACHINE, network.address[4], hardwareOf('veth0')] as const;
    assert.equal(await stage.startBeyond(...words).line(1), "b'2'");
    const records = await stage.person.records(python);
    assert.deepEqual(
      records.map(({ port, action }) => [port, action]),
      [[9, 'ACTION_DENY']],
    );
  });

  test("what a known address sends without a socket is nobody's", async () => {
    const network = networkOf({ number: 23 });
    await startIn(network, 'python3', '-c', ECHO).line(0);
    const words = ['python3', '-c', WITHOUT_A_SOCKET, network.address[4], hardwareOf('to-23')];
    await startIn(network, ...words).line(0);
    await recordOf('unknown', 12);
  });

  test('two namespaces that use one address and port at once are nobody', async () => {
    const twins = [31, 32].map((number) => networkOf({ number, addressesOf: 31 }));
    for (const network of twins) await startIn(network, 'python3', '-c', FROM_ONE_PORT).line(0);
    await recordOf('unknown', 10);
  });

  test('the other end may be rewritten on the way', async () => {
    const network = networkOf({ number: 24 });
    const rewrite = ['-d', '9.9.9.9', '-j', 'DNAT', '--to-destination', SERVER[4]];
    stage.lab.run('client', 'iptables', '-w', '-t', 'nat', '-A', 'PREROUTING', '-p', 'tcp', ...rewrite);
    const app = stage.app('rewritten');
    const program = startIn(network, app, 'tcp', '9.9.9.9', String(PORT));
    const prompt = await stage.person.asked(app);
    assert.equal(prompt.flows[0]?.endpoint?.address, SERVER[4]);
    await stage.person.answer(prompt, { action: 'allow' });
    assert.equal(await program.line(0), 'answered');
  });
});

test(
  'an agent that is told so leaves out what is forwarded',
  { skip: needsRoot, timeout: 60_000 },
  async () => {
    await using stage = await Stage.open({ args: ['--no-forwarded', '--unknown', 'deny'] });
    using network = new ContainerNetwork({ lab: stage.lab, number: 1 });
    const words = [stage.app('free'), 'tcp', SERVER[4], String(PORT)];
    assert.equal(
      await stage.start('nsenter', `--net=/run/netns/${network.name}`, ...words).line(0),
      'answered',
    );
    assert.doesNotMatch(stage.lab.run('client', 'iptables', '-w', '-t', 'mangle', '-S'), /SALLYPORT/);
  },
);
