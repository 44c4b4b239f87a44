// Every protocol that a program can speak, over IPv4 and IPv6: held, asked about with the right App, process and endpoint,
// and answered so that its packet arrives or its program gets its error; the stored rule decides the second time.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Prompt } from '@sallyport/proto';
import { waitFor } from '../lab/commands.ts';
import type { LabProgram } from '../lab/lab-program.ts';
import { needsRoot } from '../lab/root.ts';
import { PORT, SERVER, Stage } from './stage.ts';
import type { Kind } from './stage.ts';

/** From the answer to the program's error; on an idle machine it is a few milliseconds. */
const ERROR_WITHIN_MS = 500;

interface Case {
  readonly kind: Kind;
  readonly family: 4 | 6;
  /** As it is dialled; the server's own unless given. */
  readonly address?: string;
  readonly protocol: string;
  /** 0 for protocols without ports. */
  readonly port: number;
  /** What the server says when it arrives; undefined for echoes, which its kernel answers. */
  readonly heard: string | undefined;
  /** What the program says when it is denied; undefined where its protocol has no error. */
  readonly denied: RegExp | undefined;
  /**
   * Raw packets have nothing but their addresses to tell two programs apart by, and a key that two processes share is
   * nobody's: the same process speaks twice, and each case has a protocol of its own.
   */
  readonly isShared?: true;
}

function cases(family: 4 | 6): readonly Case[] {
  const all = { family, port: PORT, denied: /^ECONNREFUSED$/ };
  const echo = {
    family,
    protocol: family === 4 ? 'icmp' : 'icmpv6',
    port: 0,
    heard: undefined,
    denied: undefined,
  };
  return [
    { ...all, kind: 'tcp', protocol: 'tcp', heard: `tcp ${family} 5` },
    { ...all, kind: 'udp', protocol: 'udp', heard: `udp ${family} 5` },
    { ...all, kind: 'udp-connected', protocol: 'udp', heard: `udp ${family} 5` },
    { ...all, kind: 'udp-large', protocol: 'udp', heard: `udp ${family} 20000` },
    { ...all, kind: 'udplite', protocol: 'udplite', heard: `udplite ${family} 5` },
    { ...echo, kind: 'ping-socket' },
    { ...echo, kind: 'ping-raw' },
  ];
}

function raw(family: 4 | 6, number: 253 | 254): Case {
  const where = { family, protocol: `ip-${number}`, port: 0, heard: `raw ${family} 12` } as const;
  return { ...where, kind: `raw-${number}`, denied: /^ECONNREFUSED$/, isShared: true };
}

const WITH_OPTIONS: Case = {
  ...{ kind: 'udp-options', family: 6, protocol: 'udp', port: PORT, heard: 'udp 6 5' },
  denied: /^ECONNREFUSED$/,
};

const MAPPED: readonly Case[] = cases(4)
  .filter(({ kind }) => ['tcp', 'udp', 'udp-connected', 'udplite'].includes(kind))
  .map((spoken) => ({ ...spoken, address: `::ffff:${SERVER[4]}` }));

const COMMON = [...cases(4), ...cases(6), WITH_OPTIONS, ...MAPPED];

describe('protocols', { skip: needsRoot, timeout: 120_000 }, () => {
  let stage: Stage;
  before(async () => void (stage = await Stage.open()));
  after(() => stage[Symbol.asyncDispose]());

  for (const spoken of [...COMMON, raw(4, 253), raw(6, 253)])
    test(`${titleOf(spoken)}, allowed: held, asked about, arrives; the second is not asked about`, () =>
      checkAllowed(stage, spoken));

  for (const spoken of [...COMMON, raw(4, 254), raw(6, 254)])
    test(`${titleOf(spoken)}, denied: does not arrive, ${spoken.denied ? 'fails' : 'is lost'} at once; nor does the second`, () =>
      checkDenied(stage, spoken));

  test('sctp: held and asked about', async (context) => {
    const path = stage.app('sctp');
    const program = stage.speak(path, 'sctp');
    const said = await program.line(0, 300).catch(() => undefined);
    if (said === 'EPROTONOSUPPORT')
      return context.skip('this kernel has no SCTP: run modprobe sctp where it has the module');
    await askedRightly(stage, program, { path, protocol: 'sctp', address: SERVER[4], port: PORT });
  });

  for (const family of [4, 6] as const)
    test(`a segment that a raw socket forged over IPv${family} takes no shortcut: it is asked about`, async () => {
      const path = stage.app(`forged-${family}`);
      const program = stage.speak(path, 'forged-segment', SERVER[family]);
      const expected = { path, protocol: 'tcp', address: SERVER[family], port: PORT };
      const prompt = await askedRightly(stage, program, expected);
      await stage.person.answer(prompt, { action: 'deny', lifetime: 'once' });
      const [record] = await stage.person.records(path);
      assert.equal(`${record?.action} ${record?.protocol} ${record?.port}`, `ACTION_DENY tcp ${PORT}`);
    });
});

async function checkAllowed(stage: Stage, spoken: Case): Promise<void> {
  const path = stage.app(`allowed-${nameOf(spoken)}`);
  const heardBefore = countHeard(stage, spoken);
  const first = await askAndAnswer(stage, spoken, { path, action: 'allow' });
  assert.equal(await first.line(1), 'answered');
  const second = await speakAgain(stage, spoken, { path, first });
  assert.equal(await second.program.line(second.index), 'answered');
  if (spoken.heard !== undefined) assert.equal(countHeard(stage, spoken), heardBefore + 2);
  await secondWasRuled(stage, path, 'ACTION_ALLOW');
}

async function checkDenied(stage: Stage, spoken: Case): Promise<void> {
  const path = stage.app(`denied-${nameOf(spoken)}`);
  const heardBefore = countHeard(stage, spoken);
  const first = await askAndAnswer(stage, spoken, { path, action: 'deny' });
  const answeredAtMs = performance.now();
  if (spoken.denied !== undefined) {
    assert.match(await first.line(1), spoken.denied);
    const ms = performance.now() - answeredAtMs;
    assert.ok(ms < ERROR_WITHIN_MS, `the error came after ${ms} ms`);
  }
  const second = await speakAgain(stage, spoken, { path, first });
  if (spoken.denied !== undefined) assert.match(await second.program.line(second.index), spoken.denied);
  await secondWasRuled(stage, path, 'ACTION_DENY');
  if (spoken.denied === undefined)
    assert.deepEqual([...first.lines, ...second.program.lines], ['ready', 'ready']);
  assert.equal(countHeard(stage, spoken), heardBefore);
}

/** Speaks, checks the question and that nothing went out before its answer. */
async function askAndAnswer(
  stage: Stage,
  spoken: Case,
  { path, action }: { readonly path: string; readonly action: 'allow' | 'deny' },
): Promise<LabProgram> {
  const { protocol, port, family } = spoken;
  const heardBefore = countHeard(stage, spoken);
  const program = await speak(stage, spoken, path);
  const prompt = await askedRightly(stage, program, { path, protocol, address: SERVER[family], port });
  assert.equal(countHeard(stage, spoken), heardBefore, 'it was not held');
  await stage.person.answer(prompt, { action });
  return program;
}

interface ExpectedQuestion {
  readonly path: string;
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
}

async function askedRightly(stage: Stage, program: LabProgram, expected: ExpectedQuestion): Promise<Prompt> {
  const { path, ...where } = expected;
  const prompt = await stage.person.asked(path);
  const found = prompt.flows.map(({ process, protocol, endpoint }) => ({
    pid: process?.pid,
    protocol,
    address: endpoint?.address,
    port: endpoint?.port,
  }));
  assert.deepEqual(found, [{ pid: program.pid, ...where }]);
  assert.equal(prompt.app?.path, path);
  return prompt;
}

async function secondWasRuled(stage: Stage, path: string, action: string): Promise<void> {
  const seen = async (): Promise<readonly string[]> =>
    (await stage.person.records(path)).map((record) => `${record.action} ${record.reason.split(' ')[0]}`);
  await waitFor('the second record', async () => (await seen()).length === 2);
  assert.deepEqual(await seen(), [`${action} rule`, `${action} prompt`]);
}

async function speak(stage: Stage, { kind, family, address }: Case, path: string): Promise<LabProgram> {
  const program = await stage.speakLater(path, kind, address ?? SERVER[family]);
  program.goOn();
  return program;
}

interface Spoken {
  readonly program: LabProgram;
  /** Of the line that says how it ended. */
  readonly index: number;
}

async function speakAgain(
  stage: Stage,
  spoken: Case,
  { path, first }: { readonly path: string; readonly first: LabProgram },
): Promise<Spoken> {
  if (spoken.isShared !== true) return { program: await speak(stage, spoken, path), index: 1 };
  first.goOn();
  return { program: first, index: 2 };
}

function countHeard(stage: Stage, { heard }: Case): number {
  return stage.heard.filter((line) => line === heard).length;
}

function titleOf({ kind, family, address }: Case): string {
  return `${kind} to ${address ?? SERVER[family]}`;
}

function nameOf({ kind, family, address }: Case): string {
  return `${kind}-${family}${address === undefined ? '' : '-mapped'}`;
}
