// Many Apps that connect at once: copies of one program under different paths, each with many connections under way.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { collectOutput, endChild } from '../lab/commands.ts';
import type { NetworkLab } from '../lab/network-lab.ts';
import { SERVER_ADDRESS, SERVER_PORT } from './client.ts';
import { program } from './programs.ts';

/** After the decisions: far longer than a refusal may take. */
const OUTCOME_TIMEOUT_SECONDS = 60;

export interface HoldingOptions {
  readonly lab: NetworkLab;
  readonly apps: number;
  readonly flowsPerApp: number;
}

export interface WrongOutcomes {
  readonly count: number;
  /** How often each wrong outcome came: `allowed ECONNREFUSED`. */
  readonly outcomes: Readonly<Record<string, number>>;
}

interface RunningApp {
  readonly number: number;
  readonly child: ChildProcess;
  readonly outcomes: Promise<readonly string[]>;
}

export class HoldingApps {
  readonly #options: HoldingOptions;
  readonly #directory = mkdtempSync(join(tmpdir(), 'sallyport-bench-apps-'));
  #running: readonly RunningApp[] = [];

  constructor(options: HoldingOptions) {
    this.#options = options;
    for (let number = 0; number < options.apps; number += 1)
      copyFileSync(program('hold'), this.#path(number));
  }

  /** Starts all of them. */
  open(): void {
    this.#running = Array.from({ length: this.#options.apps }, (_, number) => this.#start(number));
  }

  /** Which of the Apps has this path; throws for any other. */
  numberOf(path: string): number {
    const number = Number(/^app-(\d+)$/.exec(basename(path))?.[1] ?? NaN);
    if (dirname(path) === this.#directory && Number.isInteger(number)) return number;
    throw new Error(`a prompt is about '${path}', which none of the ${this.#options.apps} Apps is`);
  }

  /** Waits for all connections and counts those that did not end as decided. */
  async countWrong(isAllowed: (appNumber: number) => boolean): Promise<WrongOutcomes> {
    const outcomes: Record<string, number> = {};
    for (const app of this.#running) {
      for (const name of wrongOnes(await app.outcomes, isAllowed(app.number), this.#options.flowsPerApp)) {
        outcomes[name] = (outcomes[name] ?? 0) + 1;
      }
    }
    return { count: Object.values(outcomes).reduce((sum, count) => sum + count, 0), outcomes };
  }

  async close(): Promise<void> {
    for (const { child } of this.#running) await endChild(child, 'SIGKILL');
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #path(number: number): string {
    return join(this.#directory, `app-${number}`);
  }

  #start(number: number): RunningApp {
    const { lab, flowsPerApp } = this.#options;
    const counts = [String(flowsPerApp), String(OUTCOME_TIMEOUT_SECONDS)];
    const [command, ...args] = lab.inside(
      'client',
      this.#path(number),
      SERVER_ADDRESS,
      String(SERVER_PORT),
      ...counts,
    );
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = collectOutput(child);
    const outcomes = new Promise<readonly string[]>((resolve) => {
      child.once('close', () => resolve(output().stdout.trim().split('\n').slice(1)));
      child.once('error', () => resolve([]));
    });
    return { number, child, outcomes };
  }
}

/** Errors by which the kernel says at once that a connection was refused; a time-out or an open end is none. */
const REFUSALS: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EPERM',
  'EACCES',
  'ECONNABORTED',
  'ECONNRESET',
]);

/** One name for each connection that ended wrongly or is missing from the list. */
export function wrongOnes(
  outcomes: readonly string[],
  isAllowed: boolean,
  expected: number,
): readonly string[] {
  const decided = isAllowed ? 'allowed' : 'denied';
  const isRight = (outcome: string): boolean => (isAllowed ? outcome === 'connected' : REFUSALS.has(outcome));
  const missing = Array.from({ length: Math.max(0, expected - outcomes.length) }, () => 'missing');
  return [...outcomes, ...missing]
    .filter((outcome) => !isRight(outcome))
    .map((outcome) => `${decided} ${outcome}`);
}
