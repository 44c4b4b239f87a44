// What most kernel tests need: a lab, a server that hears everything, the agent, a person who is asked, and programs to speak.
import { copyFileSync, mkdirSync, mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import { run } from '../lab/commands.ts';
import { LabProgram } from '../lab/lab-program.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { Person } from '../lab/person.ts';

export const PORT = 4433;
export const SERVER = { 4: '1.2.3.4', 6: '2001:db8::1' } as const;

export type Kind =
  | 'tcp'
  | 'tcp-long'
  | 'tcp-bound'
  | 'tcp-much'
  | 'udp'
  | 'udp-connected'
  | 'udp-long'
  | 'udp-large'
  | 'udp-burst'
  | 'udp-options'
  | 'udplite'
  | 'sctp'
  | 'ping-socket'
  | 'ping-raw'
  | 'raw-253'
  | 'raw-254'
  | 'forged-segment';

/** A command that becomes the speaking program. */
export type Launch = readonly [string, ...string[]];

export interface StageOptions {
  /** Further command line options of the agent. */
  readonly args?: readonly string[];
  /** The agent's directory for rules and state. */
  readonly agentDirectory?: string;
}

export class Stage implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'sallyport-stage-'));
  readonly lab = new NetworkLab();
  readonly #parts = new AsyncDisposableStack();
  #agent: AgentUnderTest | undefined;
  #person: Person | undefined;
  #server: LabProgram | undefined;

  static async open({ args = [], agentDirectory }: StageOptions = {}): Promise<Stage> {
    const stage = new Stage();
    try {
      await stage.#startServer();
      const directory = agentDirectory === undefined ? {} : { directory: agentDirectory };
      const agent = await AgentUnderTest.start({ lab: stage.lab, args, ...directory });
      stage.#agent = agent;
      stage.#parts.defer(() => agent.stop({ keep: agentDirectory !== undefined }).then(() => undefined));
      stage.#person = await stage.seat();
      return stage;
    } catch (error) {
      await stage[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor() {
    this.#parts.defer(() => rmSync(this.directory, { recursive: true, force: true }));
    this.#parts.defer(() => this.lab.close());
    // Ping sockets are for nobody unless a system says for whom.
    this.lab.run('client', 'sysctl', '-q', '-w', 'net.ipv4.ping_group_range=0 0');
  }

  get agent(): AgentUnderTest {
    return present(this.#agent);
  }

  get person(): Person {
    return present(this.#person);
  }

  /** What arrived at the server: `PROTOCOL FAMILY LENGTH`. */
  get heard(): readonly string[] {
    return present(this.#server).lines.slice(1);
  }

  /** One more person who is asked. */
  async seat(): Promise<Person> {
    const person = await Person.sitDown(this.agent.socketPath);
    this.#parts.defer(() => person.leave());
    return person;
  }

  /** Compiles one of ./programs to a path below the stage's directory. */
  compile(source: string, name = source, ...flags: readonly string[]): string {
    const target = join(this.directory, name);
    const file = new URL(`programs/${source}.c`, import.meta.url).pathname;
    run('cc', '-O2', '-Wall', '-Wextra', ...flags, '-o', target, file);
    return target;
  }

  /** A new App: a copy of `speak` at this path below the stage's directory. */
  app(name: string): string {
    const path = join(this.directory, name);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(this.#speak, path);
    return path;
  }

  start(...words: Launch): LabProgram {
    return this.#startOn('client', words);
  }

  /** On the other side, which nobody filters. */
  startBeyond(...words: Launch): LabProgram {
    return this.#startOn('server', words);
  }

  /** Speaks at once. */
  speak(app: string, kind: Kind, address: string = SERVER[4]): LabProgram {
    return this.start(app, kind, address, String(PORT));
  }

  /** Speaks each time that it is told to go on. */
  async speakLater(app: string | Launch, kind: Kind, address: string = SERVER[4]): Promise<LabProgram> {
    const words: Launch = typeof app === 'string' ? [app] : app;
    const program = this.start(...words, '--on-line', kind, address, String(PORT));
    await program.line(0);
    return program;
  }

  /** The number by which the agent names it. */
  mountNamespaceOf(pid: number): string {
    return /\d+/.exec(readlinkSync(`/proc/${pid}/ns/mnt`))?.[0] ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }

  #startOn(side: 'client' | 'server', words: Launch): LabProgram {
    const program = new LabProgram({ lab: this.lab, side, words });
    this.#parts.defer(() => program.end());
    return program;
  }

  #compiledSpeak: string | undefined;

  get #speak(): string {
    return (this.#compiledSpeak ??= this.compile('speak'));
  }

  async #startServer(): Promise<void> {
    const words = [this.compile('hear'), String(PORT), ...Object.values(SERVER)] as const;
    const server = this.startBeyond(...words);
    await server.line(0);
    this.#server = server;
  }
}

function present<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('the stage is not open yet');
  return part;
}
