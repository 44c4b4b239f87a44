// The daemon of a container runtime, in the room of a test, with its log in a directory of the test.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { endChild, finish, waitFor } from './commands.ts';
import type { NetworkLab } from './network-lab.ts';

const STARTS_WITHIN_MS = 30_000;

export interface RuntimeDaemonOptions {
  readonly lab: NetworkLab;
  /** A directory of the test. */
  readonly root: string;
  readonly name: string;
  /** What starts it, in the room. */
  readonly launch: readonly [string, ...string[]];
}

export class RuntimeDaemon {
  readonly #options: RuntimeDaemonOptions;
  readonly #child: ChildProcess;

  constructor(options: RuntimeDaemonOptions) {
    this.#options = options;
    const { lab, launch } = options;
    const [command, ...args] = lab.inside('client', ...launch);
    const log = openSync(this.#log, 'a');
    this.#child = spawn(command, args, { stdio: ['ignore', log, log] });
    closeSync(log);
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null;
  }

  /** Until a client of it ends well. */
  async ready(...client: readonly [string, ...string[]]): Promise<void> {
    const { lab, name } = this.#options;
    const [command, ...args] = lab.inside('client', ...client);
    const answers = async (): Promise<boolean> => {
      if (!this.isRunning) throw new Error(`${name} ended; see ${this.#log}`);
      return (await finish(command, args)).exitCode === 0;
    };
    await waitFor(name, answers, STARTS_WITHIN_MS);
  }

  async end(): Promise<void> {
    await endChild(this.#child);
  }

  get #log(): string {
    return join(this.#options.root, `${this.#options.name}.log`);
  }
}
