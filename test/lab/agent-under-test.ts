// The real agent, started in the client namespace of a lab with directories of its own, and stopped without a trace.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AGENT_NODE_FLAGS } from '../../apps/agent/node-flags.mjs';
import { collectOutput, endChild } from './commands.ts';
import type { NetworkLab } from './network-lab.ts';
import { atThisPaceMs } from './pace.ts';

const AGENT = fileURLToPath(new URL('../../apps/agent/sallyportd.mjs', import.meta.url));
const START_TIMEOUT_MS = atThisPaceMs(40_000);
const STOP_TIMEOUT_MS = atThisPaceMs(20_000);

let agents = 0;

export interface AgentOptions {
  readonly lab: NetworkLab;
  /** Further command line options of the agent. */
  readonly args?: readonly string[];
  /** Reuse the directories of an agent that was stopped with `keep`. */
  readonly directory?: string;
  /** Where another agent had its socket, so that its clients find this one. */
  readonly runtimeDirectory?: string;
  /** JavaScript that runs in the agent before its own code, to bring about a fault that has no other way in. */
  readonly preload?: string;
}

export interface StopOptions {
  /** Its directories stay. */
  readonly keep?: boolean;
  readonly signal?: NodeJS.Signals;
  /** Then it is killed. */
  readonly withinMs?: number;
}

export class AgentUnderTest {
  readonly directory: string;
  readonly runtimeDirectory: string;
  readonly rulesDirectory: string;
  readonly stateDirectory: string;
  readonly child: ChildProcess;
  readonly #output: () => { stdout: string; stderr: string };

  private constructor({ lab, args = [], directory, runtimeDirectory, preload }: AgentOptions) {
    agents += 1;
    this.directory = directory ?? mkdtempSync(join(tmpdir(), 'sallyport-'));
    this.rulesDirectory = join(this.directory, 'rules');
    this.stateDirectory = join(this.directory, 'state');
    this.runtimeDirectory = runtimeDirectory ?? `/run/sallyport-test-${process.pid}-${agents}`;
    const [command, ...rest] = lab.inside('client', process.execPath, ...AGENT_NODE_FLAGS, AGENT);
    const directories = [
      '--rules',
      this.rulesDirectory,
      '--state',
      this.stateDirectory,
      '--runtime',
      this.runtimeDirectory,
    ];
    this.child = spawn(command, [...rest, ...directories, ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, SALLYPORT_READY_FD: '3', ...preloading(preload) },
    });
    this.#output = collectOutput(this.child);
    const kill = (): unknown => this.child.kill();
    process.once('exit', kill);
    this.child.once('exit', () => process.off('exit', kill));
  }

  /** Resolves when the agent filters and its socket answers; rejects with its log where it does not start. */
  static async start(options: AgentOptions): Promise<AgentUnderTest> {
    const agent = new AgentUnderTest(options);
    await agent.#ready();
    return agent;
  }

  get socketPath(): string {
    return join(this.runtimeDirectory, 'agent.sock');
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the agent was not started');
    return this.child.pid;
  }

  get log(): string {
    return this.#output().stderr;
  }

  /** Stops the agent; its directories go too unless `keep`. Returns its exit code; null where it was killed. */
  async stop({ keep, signal, withinMs = STOP_TIMEOUT_MS }: StopOptions = {}): Promise<number | null> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), withinMs);
    const exitCode = await endChild(this.child, signal);
    clearTimeout(timer);
    if (keep !== true) rmSync(this.directory, { recursive: true, force: true });
    return exitCode;
  }

  #ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => fail('did not start in time'), START_TIMEOUT_MS);
      const fail = (what: string): void => {
        clearTimeout(timer);
        this.child.kill('SIGKILL');
        reject(new Error(`the agent ${what}:\n${this.log}`));
      };
      this.child.once('error', (error) => fail(`could not be started: ${error.message}`));
      this.child.once('close', (code) => fail(`ended with ${code}`));
      this.child.stdio[3]?.once('data', () => {
        clearTimeout(timer);
        this.child.removeAllListeners('close');
        resolve();
      });
    });
  }
}

function preloading(code: string | undefined): Record<string, string> {
  return code === undefined
    ? {}
    : { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}
