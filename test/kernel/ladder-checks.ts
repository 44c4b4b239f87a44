// What each rung of the ladder of correlators has to do with the real kernel: questions name the right process, answers reach it, and
// what a rung cannot see is nobody's.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Prompt } from '@sallyport/proto';
import type { Rung } from '../../apps/agent/src/domain/rung.ts';
import { waitFor } from '../lab/commands.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { needsRoot } from '../lab/root.ts';
import { PORT, SERVER, Stage } from './stage.ts';
import type { Kind } from './stage.ts';

const SPOKEN: readonly (readonly [Kind, 4 | 6])[] = [
  ...([4, 6] as const).flatMap((family) =>
    (['tcp', 'udp', 'udp-connected', 'udplite', 'ping-socket'] as const).map(
      (kind) => [kind, family] as const,
    ),
  ),
];
const ANSWER_WITHIN_MS = atThisPaceMs(10_000);
/** For so long kprobes take two who send to one end from sockets without a port for one that is not known. */
const FORGOTTEN_MS = 5100;

/** Undefined where the kernel does not offer the rung; the test is skipped then. */
async function openStage(
  context: TestContext,
  rung: Rung,
  args: readonly string[] = [],
): Promise<Stage | undefined> {
  try {
    return await Stage.open({ args: ['--correlator', rung, ...args] });
  } catch (error) {
    const [, reason] = /The correlator does not work here\. (.*)/.exec(String(error)) ?? [];
    if (reason === undefined) throw error;
    context.skip(reason);
    return undefined;
  }
}

async function ask(stage: Stage, name: string, [kind, family]: (typeof SPOKEN)[number]) {
  const path = stage.app(name);
  const program = await stage.speakLater(path, kind, SERVER[family]);
  program.goOn();
  const prompt: Prompt = await stage.person.asked(path);
  assert.deepEqual(
    prompt.flows.map(({ process }) => process?.pid),
    [program.pid],
  );
  return { program, prompt };
}

async function whose(stage: Stage, port: number, count: number): Promise<readonly string[]> {
  const read = async () => (await stage.person.client.listHistory({ port, limit: 100 })).records;
  await waitFor('the records', async () => (await read()).length >= count);
  return (await read()).map(({ app }) => app);
}

/** `queuedBy`: what the packets must be queued by; undefined: whatever works. */
export function checkRung(rung: Rung, queuedBy: 'iptables' | 'nftables' | undefined): void {
  describe(`on rung ${rung}`, { skip: needsRoot, timeout: atThisPaceMs(240_000) }, () => {
    test('status and doctor say which rung it is', async (context) => {
      await using stage = await openStage(context, rung);
      if (stage === undefined) return;
      const status = await stage.person.client.getStatus({});
      context.diagnostic(status.correlator);
      assert.match(
        status.correlator,
        new RegExp(`^${rung} \\(rung \\d of \\d\\): .*, queued by ${queuedBy ?? '(ip|nf)tables'}$`),
      );
      assert.equal(status.health.find(({ name }) => name === 'correlator')?.state, 'HEALTH_STATE_OK');
    });

    test('each protocol is asked about, allowed and denied, with the right process', async (context) => {
      await using stage = await openStage(context, rung);
      if (stage === undefined) return;
      const forget = ([kind]: (typeof SPOKEN)[number]) =>
        delay(rung === 'kprobe' && kind !== 'tcp' ? FORGOTTEN_MS : 0);
      for (const spoken of SPOKEN) {
        await forget(spoken);
        const allowed = await ask(stage, `allowed-${spoken.join('-')}`, spoken);
        await stage.person.answer(allowed.prompt, { action: 'allow' });
        assert.equal(await allowed.program.line(1, ANSWER_WITHIN_MS), 'answered', spoken.join(' '));
        await forget(spoken);
        const denied = await ask(stage, `denied-${spoken.join('-')}`, spoken);
        await stage.person.answer(denied.prompt, { action: 'deny' });
        if (spoken[0] !== 'ping-socket')
          assert.equal(await denied.program.line(1, ANSWER_WITHIN_MS), 'ECONNREFUSED', spoken.join(' '));
        await denied.program.end();
      }
    });

    test('two programs that send from one port, one after the other, are told apart', async (context) => {
      await using stage = await openStage(context, rung);
      if (stage === undefined) return;
      const script = `import socket
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('', 5151))
s.connect(('${SERVER[4]}', ${PORT}))
s.send(b'hello')
s.recv(9)
print('done')`;
      for (const name of ['one', 'other', 'third']) {
        const path = `${stage.directory}/python-${name}`;
        copyFileSync('/usr/bin/python3', path);
        const program = stage.start(path, '-c', script);
        const prompt = await stage.person.asked(path);
        assert.equal(prompt.flows[0]?.process?.pid, program.pid);
        await stage.person.answer(prompt, { action: 'allow', lifetime: 'once' });
        assert.equal(await program.line(0, ANSWER_WITHIN_MS), 'done');
      }
    });

    test('two programs that send datagrams from one port are told apart, or are nobody', async (context) => {
      await using stage = await openStage(context, rung, ['--unknown', 'allow']);
      if (stage === undefined) return;
      const script = `import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('', 5152))
s.sendto(b'hello', ('${SERVER[4]}', ${PORT + 3}))
print('sent')`;
      const paths = ['one', 'other'].map((name) => `${stage.directory}/datagrams-${name}`);
      for (const path of paths) {
        copyFileSync('/usr/bin/python3', path);
        await stage.start(path, '-c', script).line(0, ANSWER_WITHIN_MS);
      }
      const named = (await whose(stage, PORT + 3, 2)).toReversed();
      context.diagnostic(`${named.filter((name) => name !== 'unknown').length} of 2 are named`);
      for (const [index, path] of paths.entries())
        assert.ok(
          [path, 'unknown'].includes(named[index] ?? '') || named[index]?.startsWith('inode:'),
          named[index],
        );
    });

    test('a process that ended is named or nobody is, and never another one', async (context) => {
      await using stage = await openStage(context, rung, ['--unknown', 'allow']);
      if (stage === undefined) return;
      const app = `${stage.directory}/ended`;
      copyFileSync('/bin/bash', app);
      const count = 20;
      for (let index = 0; index < count; index += 1)
        await stage
          .start(app, '-c', `echo hello > /dev/udp/${SERVER[4]}/${PORT + 1}; echo sent`)
          .line(0, ANSWER_WITHIN_MS);
      const named = await whose(stage, PORT + 1, count);
      context.diagnostic(`${named.filter((name) => name === app).length} of ${count} are named`);
      assert.deepEqual(
        named.filter((name) => name !== app && name !== 'unknown' && !name.startsWith('inode:')),
        [],
      );
    });

    test('who of two sends on a socket that both have open is the one that did, or nobody', async (context) => {
      await using stage = await openStage(context, rung, ['--unknown', 'allow']);
      if (stage === undefined) return;
      const [sender, other] = ['sender', 'other'].map((name) => `${stage.directory}/${name}`) as [
        string,
        string,
      ];
      for (const path of [sender, other]) copyFileSync('/bin/bash', path);
      const program = stage.start(
        sender,
        '-c',
        `exec 3<>/dev/udp/${SERVER[4]}/${PORT + 2}; '${other}' -c 'read' & sleep 0.3; echo hello >&3; echo sent; read`,
      );
      await program.line(0, ANSWER_WITHIN_MS);
      const [named = ''] = await whose(stage, PORT + 2, 1);
      context.diagnostic(`named: ${named === sender ? 'the sender' : named}`);
      assert.ok([sender, 'unknown'].includes(named), named);
    });
  });
}
