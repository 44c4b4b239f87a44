// The story that the demo tells and the end-to-end test checks, step by step with real programs.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline/promises';
import { connectFirewall } from '@sallyport/proto';
import type { FirewallClient, Prompt } from '@sallyport/proto';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import { makeCertificate } from '../lab/certificate.ts';
import type { Certificate } from '../lab/certificate.ts';
import { collectOutput, endChild, finish, waitFor } from '../lab/commands.ts';
import type { Finished } from '../lab/commands.ts';
import type { NetworkLab } from '../lab/network-lab.ts';

export type Answer = 'allow' | 'deny';

export interface CurlRun {
  readonly exitCode: number | null;
  /** 0 where there was no answer. */
  readonly httpStatus: number;
  /** From its start to its end. */
  readonly ms: number;
}

export interface Story {
  readonly question: string;
  readonly process: { readonly path: string; readonly pid: number };
  /** `msAfterAnswer`: from sending the answer to the end of curl; the rule may be stored after that. */
  readonly curl: CurlRun & { readonly msAfterAnswer: number };
  readonly secondRun: { readonly asked: boolean; readonly exitCode: number | null; readonly ms: number };
  readonly ruleFile: string;
}

export interface StoryOptions {
  readonly lab: NetworkLab;
  readonly directory: string;
  /** Undefined: asked at the terminal. */
  readonly answer: Answer | undefined;
  readonly say: (line: string) => void;
}

const SERVER = new URL('../lab/https-server.ts', import.meta.url).pathname;
const URL_OF_SERVER = 'https://1.2.3.4/';

export async function tellStory(options: StoryOptions): Promise<Story> {
  await using parts = new AsyncDisposableStack();
  const certificate = makeCertificate(options.directory);
  const server = await startServer(options.lab, certificate);
  parts.defer(() => endChild(server).then(() => undefined));
  const agent = await AgentUnderTest.start({ lab: options.lab });
  parts.defer(() => agent.stop().then(() => undefined));
  const client = connectFirewall({ socketPath: agent.socketPath });
  parts.defer(() => client.close());
  options.say(
    'A server listens at 1.2.3.4:443 in one network namespace; the agent filters another. There, now:',
  );
  options.say(`  curl ${URL_OF_SERVER}\n`);
  const first = await askedRun(client, options, certificate);
  options.say('The same curl once more: the stored rule decides.');
  const second = await runCurl(options.lab, certificate);
  const asked = (await promptCount(client)) > 0;
  return { ...first, secondRun: { asked, exitCode: second.exitCode, ms: Math.round(second.ms) } };
}

async function askedRun(
  client: FirewallClient,
  { lab, answer, say }: StoryOptions,
  certificate: Certificate,
): Promise<Omit<Story, 'secondRun'>> {
  const watch = client.watch();
  await watch.next();
  const curl = runCurl(lab, certificate).then((finished) => ({ finished, endedAtMs: performance.now() }));
  const prompt = await nextPrompt(watch);
  const flow = prompt.flows[0];
  const chosen = answer ?? (await ask(prompt, say));
  const sentAtMs = performance.now();
  const decision = await client.decide({
    promptId: prompt.id,
    action: chosen === 'allow' ? 'ACTION_ALLOW' : 'ACTION_DENY',
    scope: 'DECISION_SCOPE_ENDPOINT',
    lifetime: { lifetime: 'always', always: {} },
  });
  const { finished, endedAtMs } = await curl;
  const msAfterAnswer = Math.round((endedAtMs - sentAtMs) * 10) / 10;
  await watch.return();
  return {
    question: prompt.question,
    process: { path: prompt.app?.path ?? '', pid: flow?.process?.pid ?? 0 },
    curl: { ...curlRun(finished), msAfterAnswer },
    ruleFile: decision.rules[0]?.file ?? '',
  };
}

async function nextPrompt(watch: ReturnType<FirewallClient['watch']>): Promise<Prompt> {
  for await (const update of { [Symbol.asyncIterator]: () => ({ next: () => watch.next() }) }) {
    if (update.kind === 'event' && update.event.event === 'prompt') return update.event.prompt;
  }
  throw new Error('the agent ended before it asked');
}

async function ask(prompt: Prompt, say: (line: string) => void): Promise<Answer> {
  const process_ = prompt.flows[0]?.process;
  say(prompt.question);
  say(`  ${prompt.app?.path ?? ''}, PID ${process_?.pid ?? 0}`);
  say(`  started by ${(process_?.ancestors ?? []).map((ancestor) => ancestor.path).join(' <- ')}\n`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    for (;;) {
      const text = (await terminal.question('a: allow always, d: deny always > ')).trim().toLowerCase();
      if (text === 'a') return 'allow';
      if (text === 'd') return 'deny';
    }
  } finally {
    terminal.close();
  }
}

export function runCurl(lab: NetworkLab, { certificateFile }: Certificate): Promise<Finished> {
  const format = ['--silent', '--show-error', '--output', '/dev/null', '--write-out', '%{http_code}'];
  const [command, ...args] = lab.inside(
    'client',
    'curl',
    ...format,
    '--cacert',
    certificateFile,
    URL_OF_SERVER,
  );
  return finish(command, args);
}

function curlRun({ exitCode, stdout, ms }: Finished): CurlRun {
  return { exitCode, httpStatus: Number(stdout), ms: Math.round(ms) };
}

async function promptCount(client: FirewallClient): Promise<number> {
  const status = await client.getStatus({});
  return status.promptsOpen + status.promptsMissed;
}

export async function startServer(lab: NetworkLab, certificate: Certificate): Promise<ChildProcess> {
  const files = [certificate.keyFile, certificate.certificateFile];
  const [command, ...args] = lab.inside('server', process.execPath, SERVER, ...files);
  const server = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collectOutput(server);
  await waitFor('the server', () => output().stdout.includes('listening'), 10_000);
  return server;
}
