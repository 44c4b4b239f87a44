// A program under test in a namespace of a lab: what it prints, line by line, while it runs.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { collectOutput, endChild, waitFor } from './commands.ts';
import type { NetworkLab } from './network-lab.ts';

export interface LabProgramOptions {
  readonly lab: NetworkLab;
  readonly side: 'client' | 'server';
  readonly words: readonly [string, ...string[]];
}

export class LabProgram {
  readonly pid: number;
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #output: ReturnType<typeof collectOutput>;
  #hasEnded = false;

  constructor({ lab, side, words }: LabProgramOptions) {
    const [command, ...args] = lab.inside(side, ...words);
    this.#name = words.join(' ');
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#output = collectOutput(this.#child);
    // Not `exit`: what it printed last may still be on its way.
    this.#child.once('close', () => (this.#hasEnded = true));
    if (this.#child.pid === undefined) throw new Error(`${this.#name} could not be started`);
    // nsenter becomes the program: the pid stays.
    this.pid = this.#child.pid;
  }

  /** Whole lines that it has printed so far. */
  get lines(): readonly string[] {
    return this.#output().stdout.split('\n').slice(0, -1);
  }

  /** The line with this index, as soon as it is there. */
  async line(index: number, timeoutMs = 5000): Promise<string> {
    const what = `line ${index} of ${this.#name}`;
    await waitFor(what, () => this.lines.length > index || this.#hasEnded, timeoutMs);
    const line = this.lines[index];
    if (line !== undefined) return line;
    throw new Error(`${what}: it ended with ${this.#child.exitCode}: ${this.#output().stderr}`);
  }

  /** Sends it an empty line: programs that wait for one go on. */
  goOn(): void {
    this.#child.stdin?.write('\n');
  }

  /** Resolves when it has ended by itself. */
  async ended(timeoutMs = 5000): Promise<void> {
    await waitFor(`the end of ${this.#name}`, () => this.#hasEnded, timeoutMs);
  }

  /** Sends it a line; resolves with the next one that it prints. */
  ask(line: string): Promise<string> {
    const index = this.lines.length;
    this.#child.stdin?.write(`${line}\n`);
    return this.line(index, 20_000);
  }

  async end(): Promise<void> {
    await endChild(this.#child, 'SIGKILL');
  }
}
