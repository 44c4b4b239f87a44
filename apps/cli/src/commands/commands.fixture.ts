// What the tests of the commands share: a fake agent with good answers, and the command line run against it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { after, beforeEach } from 'node:test';
import { startFakeAgent } from '../fake-agent.ts';
import type { Answers, FakeAgent } from '../fake-agent.ts';
import { samplePrompt, sampleRecord, sampleRule, sampleSnapshot, sampleStatus } from '../samples.ts';
import { run } from '../run.ts';

process.env['TZ'] = 'UTC';
export const MAIN = join(import.meta.dirname, '..', 'main.ts');
/** What a terminal must not be given as it is. */
export const HOSTILE = 'x\u001b[31m\u009b2J\nforged\u202e';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Started {
  readonly ended: Promise<Ended>;
  /** Resolves as soon as stdout holds the text. */
  readonly printed: (text: string) => Promise<void>;
  readonly interrupt: () => void;
}

export const GOOD_ANSWERS: Answers = {
  getStatus: () => sampleStatus(),
  listRules: () => ({ rules: [sampleRule(), sampleRule({ id: 'off', enabled: false })], problems: [] }),
  putRule: ({ rule }) => ({ rule: sampleRule({ ...rule, id: rule?.id === '' ? 'new' : (rule?.id ?? '') }) }),
  deleteRule: () => ({}),
  setRuleEnabled: ({ id, enabled }) => ({ rule: sampleRule({ id, enabled }) }),
  explain: () => ({
    outcome: 'allow',
    rule: sampleRule(),
    beaten: [{ rule: sampleRule({ id: 'wide' }), beatenBy: 'specificity' }],
    consultedFields: ['app', 'address'],
    text: 'The rule names the address.',
  }),
  listHistory: () => ({ records: [sampleRecord()] }),
  setMode: () => ({
    filtering: false,
    pausedUntilMs: Date.now() + 900_000,
    unknownFlows: 'UNKNOWN_FLOWS_ASK',
  }),
  decide: () => ({ rules: [sampleRule()], flowsAnswered: 1, undoToken: 'u1', undoUntilMs: 0 }),
  undoDecision: () => ({ rulesRemoved: 1, flowsEnded: 2 }),
};

export interface CommandBench {
  readonly agent: FakeAgent;
  /** In a process of its own. */
  readonly start: (...words: readonly string[]) => Started;
  /** In this process, against the fake agent: a process for each would take a minute. */
  readonly sallyport: (...words: readonly string[]) => Promise<Ended>;
  /** What it prints with --json; it must succeed. */
  readonly document: (...words: readonly string[]) => Promise<unknown>;
  readonly lastRequest: () => unknown;
}

/** The agent answers well before each test, and is gone after the last. */
export async function commandBench(): Promise<CommandBench> {
  const agent = await startFakeAgent();
  after(() => agent.remove());
  beforeEach(() => {
    agent.answers = { ...GOOD_ANSWERS };
    agent.greeting = [{ event: 'snapshot', snapshot: sampleSnapshot({ prompts: [samplePrompt()] }) }];
  });
  const sallyport = (...words: readonly string[]): Promise<Ended> =>
    runHere('--socket', agent.socketPath, ...words);
  return {
    agent,
    start: (...words) => start(agent.socketPath, words),
    sallyport,
    document: async (...words) => {
      const { code, out, err } = await sallyport('--json', ...words);
      assert.equal(code, 0, err);
      return JSON.parse(out) as unknown;
    },
    lastRequest: () => agent.requests.at(-1)?.request,
  };
}

function start(socketPath: string, words: readonly string[]): Started {
  const child = spawn(process.execPath, [MAIN, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], TZ: 'UTC', SALLYPORT_SOCKET: socketPath },
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, out, err })));
  const printed = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => (out.includes(text) ? resolve() : undefined);
      child.stdout.on('data', check);
      child.on('close', () => reject(new Error(`ended before ${text}: ${out}${err}`)));
      check();
    });
  return { ended, printed, interrupt: () => child.kill('SIGINT') };
}

export async function runHere(...words: readonly string[]): Promise<Ended> {
  let out = '';
  let err = '';
  const code = await run(words, {
    environment: {},
    isTerminal: false,
    columns: undefined,
    print: (line) => (out += `${line}\n`),
    warn: (line) => (err += `${line}\n`),
    stop: new AbortController().signal,
  });
  return { code, out, err };
}
