// The real agent, started in the client namespace of a lab with directories of its own, and stopped without a trace.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collectOutput, endChild } from './commands.ts';
import type { NetworkLab } from './network-lab.ts';

const AGENT = fileURLToPath(new URL('../../apps/agent/src/main.ts', import.meta.url));
const START_TIMEOUT_MS = 20_000;

let agents = 0;

export interface AgentOptions {
  readonly lab: NetworkLab;
  /** Further command line options of the agent. */
  readonly args?: readonly string[];
  /** Reuse the directories of an agent that was stopped with `keep`. */
  readonly directory?: string;
}

export class AgentUnderTest {
  readonly directory: string;
  readonly runtimeDirectory: string;
  readonly rulesDirectory: string;
  readonly stateDirectory: string;
  readonly child: ChildProcess;
  readonly #output: () => { stdout: string; stderr: string };

  private constructor({ lab, args = [], directory }: AgentOptions) {
    agents += 1;
    this.directory = directory ?? mkdtempSync(join(tmpdir(), 'sallyport-'));
    this.rulesDirectory = join(this.directory, 'rules');
    this.stateDirectory = join(this.directory, 'state');
    this.runtimeDirectory = `/run/sallyport-test-${process.pid}-${agents}`;
    const [command, ...rest] = lab.inside(
      'client',
      process.execPath,
      '--disable-warning=ExperimentalWarning',
      AGENT,
    );
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
      env: { ...process.env, SALLYPORT_READY_FD: '3' },
    });
    this.#output = collectOutput(this.child);
    process.once('exit', () => this.child.kill());
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

  /** Stops the agent; its directories go too unless `keep`. Returns its exit code. */
  async stop(options: { keep?: boolean; signal?: NodeJS.Signals } = {}): Promise<number | null> {
    const exitCode = await endChild(this.child, options.signal);
    if (options.keep !== true) rmSync(this.directory, { recursive: true, force: true });
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
