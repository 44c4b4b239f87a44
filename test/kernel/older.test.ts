// Sockets that were open before the agent: it finds whose they are when it starts, and says so where that cannot be known.
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import { ContainerNetwork } from '../lab/container-network.ts';
import type { LabProgram } from '../lab/lab-program.ts';
import { atThisPaceMs } from '../lab/pace.ts';
import { Person } from '../lab/person.ts';
import { needsRoot } from '../lab/root.ts';
import { ruleFor } from './rule-for.ts';
import { PORT, SERVER, Stage } from './stage.ts';

/** Long enough for whatever would be cut. */
const LOOKED_AT_MS = 600;

describe('a socket that is older than the agent', { skip: needsRoot, timeout: atThisPaceMs(120_000) }, () => {
  let stage: Stage;
  let agent: AgentUnderTest | undefined;
  let person: Person | undefined;
  beforeEach(async () => {
    stage = await Stage.open();
    await stage.person.leave();
    await stage.agent.stop({ keep: true });
  });
  afterEach(async () => {
    await person?.leave();
    await agent?.stop();
    await stage[Symbol.asyncDispose]();
  });

  async function startAgain(): Promise<Person> {
    const { directory, runtimeDirectory } = stage.agent;
    agent = await AgentUnderTest.start({ lab: stage.lab, directory, runtimeDirectory });
    person = await Person.sitDown(agent.socketPath);
    return person;
  }

  /**
   * A shell with a connected datagram socket, which sends for each line of its input. `before` runs when it has the socket; `place`
   * are words that start it elsewhere.
   */
  function sender(path: string, before: string, ...place: readonly string[]): LabProgram {
    copyFileSync('/bin/bash', path);
    const open = `exec 3<>/dev/udp/${SERVER[4]}/${PORT}`;
    const script = `${open}; ${before} echo opened; while read line; do echo hello >&3; done`;
    const [command, ...words] = [...place, path, '-c', script];
    return stage.start(command, ...words);
  }

  test('belongs to the process that has it open: a rule about its App cuts its connection', async () => {
    const app = stage.app('older');
    const program = stage.speak(app, 'tcp-long');
    assert.equal(await program.line(0), 'answered');
    const someone = await startAgain();
    await someone.client.putRule({ rule: ruleFor('/nowhere', 'ACTION_DENY') });
    await delay(LOOKED_AT_MS);
    assert.deepEqual(program.lines, ['answered'], 'no rule denies it');
    await someone.client.putRule({ rule: ruleFor(app, 'ACTION_DENY') });
    assert.equal(await program.line(1), 'ECONNABORTED');
    assert.match((await someone.records(app))[0]?.reason ?? '', /^rule .* \(cut\)$/);
  });

  test('is asked about as that of its App when it sends', async () => {
    const path = stage.app('older-sender');
    const program = sender(path, '');
    assert.equal(await program.line(0), 'opened');
    const someone = await startAgain();
    program.goOn();
    const prompt = await someone.asked(path);
    assert.equal(prompt.flows[0]?.process?.pid, program.pid);
    await someone.answer(prompt, { action: 'deny', lifetime: 'once' });
  });

  test('is nobody’s where several processes have it open', async () => {
    const path = stage.app('older-parent');
    const program = sender(path, 'sleep 20 <&- >&- 2>&- &');
    assert.equal(await program.line(0), 'opened');
    const someone = await startAgain();
    program.goOn();
    const prompt = await someone.asked('unknown');
    assert.deepEqual([prompt.app?.identity, prompt.flows[0]?.process?.pid], ['unknown', 0]);
    await someone.answer(prompt, { action: 'deny', lifetime: 'once' });
  });

  test('is nobody’s where several processes of one program have it, in another network namespace as well', async () => {
    using network = new ContainerNetwork({ lab: stage.lab, number: 1 });
    const elsewhere = ['nsenter', `--net=/run/netns/${network.name}`];
    const path = stage.app('older-twins');
    const pipe = `${path}.pipe`;
    const twin = `mkfifo ${pipe}; (read -t 20 _) <>${pipe} >&- 2>&- &`;
    const program = sender(path, twin, ...elsewhere);
    assert.equal(await program.line(0), 'opened');
    const someone = await startAgain();
    program.goOn();
    const prompt = await someone.asked('unknown');
    assert.equal(prompt.flows[0]?.process?.pid, 0);
    await someone.answer(prompt, { action: 'deny', lifetime: 'once' });
  });

  test('that a server accepted is left alone', async () => {
    const script = `require('net').createServer((socket) => socket.on('data', (data) => socket.write(data)))
      .listen(${PORT + 1}, '0.0.0.0', () => console.log('listening'));`;
    const server = stage.start(process.execPath, '--eval', script);
    assert.equal(await server.line(0), 'listening');
    const words = [stage.app('beyond'), 'tcp-long', '10.66.0.2', String(PORT + 1)] as const;
    const visitor = stage.startBeyond(...words);
    assert.equal(await visitor.line(0), 'answered');
    const { client } = await startAgain();
    await client.putRule({ rule: ruleFor(process.execPath, 'ACTION_DENY') });
    await client.putRule({ rule: { ...ruleFor('', 'ACTION_DENY'), priority: 1 } });
    await delay(LOOKED_AT_MS);
    assert.deepEqual([visitor.lines, server.lines], [['answered'], ['listening']]);
  });
});
