// What a played case has: the real agent with its options, a person who answers, and programs that do what they are told
// (programs/obedient.c). Each attempt is a scene of its own, with an address of its own.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HistoryRecord } from '@sallyport/proto';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import { waitFor } from '../lab/commands.ts';
import { LabProgram } from '../lab/lab-program.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import { Person } from '../lab/person.ts';
import { answerForAll, compile } from './grounds.ts';
import { endText } from './judge.ts';
import type { Attempt } from './judge.ts';

const PAGE = 5000;
const RECORDED_WITHIN_MS = 3000;

export interface StageOptions {
  /** Of the agent. */
  readonly args: readonly string[];
  /** Of the ladder of correlators. */
  readonly rung: string;
}

export class PlayStage implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'sallyport-played-'));
  readonly lab = new NetworkLab();
  readonly args: readonly string[];
  readonly #rung: string;
  readonly #parts = new AsyncDisposableStack();
  #agent: AgentUnderTest | undefined;
  #person: Person | undefined;
  #lastId = 0n;

  static async open(options: StageOptions): Promise<PlayStage> {
    const stage = new PlayStage(options);
    try {
      answerForAll(stage.lab);
      for (const name of ['obedient', 'turns'] as const) compile(stage.directory, name);
      await stage.startAgent();
      return stage;
    } catch (error) {
      await stage[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor({ args, rung }: StageOptions) {
    this.args = args;
    this.#rung = rung;
    this.#parts.defer(() => rmSync(this.directory, { recursive: true, force: true }));
    this.#parts.defer(() => this.lab.close());
    this.#parts.defer(() => this.#stopAgent(false));
  }

  /** What is allowed is decided in the kernel from the second time on: by the packet program of the first rung. */
  get knowsAllows(): boolean {
    return this.#rung === 'packet';
  }

  get obedient(): string {
    return join(this.directory, 'obedient');
  }

  get person(): Person {
    if (this.#person === undefined) throw new Error('no agent runs');
    return this.#person;
  }

  /** Where one ran before, it is another agent with the same rules and history. */
  async startAgent(): Promise<void> {
    const before = this.#agent;
    await this.#stopAgent(true);
    const again = before && { directory: before.directory, runtimeDirectory: before.runtimeDirectory };
    const args = [...this.args, '--correlator', this.#rung];
    this.#agent = await AgentUnderTest.start({ lab: this.lab, args, ...again });
    this.#person = await Person.sitDown(this.#agent.socketPath);
  }

  /** What was recorded at the ends of these, since the last call. */
  async recordsOf(attempts: readonly Attempt[]): Promise<readonly HistoryRecord[]> {
    const ends = new Set(attempts.map(endText));
    let records: readonly HistoryRecord[] = [];
    const isComplete = async (): Promise<boolean> => {
      records = (await this.#newRecords()).filter((record) => ends.has(endText(record)));
      return records.length >= attempts.length;
    };
    // What does not come is counted as missing.
    await waitFor('the records', isComplete, RECORDED_WITHIN_MS).catch(() => undefined);
    this.#lastId = BigInt(records[0]?.id ?? this.#lastId);
    return records;
  }

  /** How many flows were recorded at a port. */
  async recordedAt(port: number): Promise<number> {
    return (await this.person.client.listHistory({ port, limit: PAGE })).records.length;
  }

  async counter(name: string): Promise<number> {
    const { counters } = await this.person.client.getStatus({});
    return Number(counters.find((entry) => entry.name === name)?.value ?? NaN);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }

  /** Pages, because an attempt may have many. */
  async #newRecords(): Promise<readonly HistoryRecord[]> {
    const all: HistoryRecord[] = [];
    for (let beforeId = '0'; ;) {
      const { records } = await this.person.client.listHistory({ limit: PAGE, beforeId });
      const fresh = records.filter(({ id }) => BigInt(id) > this.#lastId);
      all.push(...fresh);
      const last = fresh.at(-1);
      if (last === undefined || fresh.length < PAGE) return all;
      beforeId = last.id;
    }
  }

  async #stopAgent(keep: boolean): Promise<void> {
    await this.#person?.leave();
    await this.#agent?.stop({ keep });
    this.#person = undefined;
  }
}

export interface SceneOptions {
  readonly stage: PlayStage;
  readonly family: 4 | 6;
  /** Of the attempt: has an address of its own. */
  readonly index: number;
  /** The first of a few that only this case uses. */
  readonly port: number;
  /** Tells the case's programs apart from those of others. */
  readonly name: string;
}

export class Scene implements AsyncDisposable {
  readonly stage: PlayStage;
  readonly family: 4 | 6;
  readonly index: number;
  readonly port: number;
  /** Where nobody listens, and refuses at once. */
  readonly address: string;
  /** What was started before the agent. */
  elder: LabProgram | undefined;
  readonly #name: string;
  readonly #parts = new AsyncDisposableStack();

  constructor({ stage, family, index, port, name }: SceneOptions) {
    this.stage = stage;
    this.family = family;
    this.index = index;
    this.port = port;
    this.address = family === 4 ? ipv4(index) : `2001:db8:5::${(index + 1).toString(16)}`;
    this.#name = `${name}-${family}-${index}`;
  }

  get person(): Person {
    return this.stage.person;
  }

  /** An App of its own: a program that does what it is told. */
  app(name: string): string {
    const path = this.pathOf(name);
    copyFileSync(this.stage.obedient, path);
    this.#parts.defer(() => rmSync(path, { force: true }));
    return path;
  }

  pathOf(name: string): string {
    return join(this.stage.directory, `${this.#name}-${name}`);
  }

  /** Of a command that becomes such a program. */
  start(...words: readonly [string, ...string[]]): Promise<LabProgram> {
    return this.startOn('client', words);
  }

  async startOn(side: 'client' | 'server', words: readonly [string, ...string[]]): Promise<LabProgram> {
    const program = this.launch(side, words);
    await program.line(0);
    return program;
  }

  /** One that need not say that it is ready. */
  launch(side: 'client' | 'server', words: readonly [string, ...string[]]): LabProgram {
    const program = new LabProgram({ lab: this.stage.lab, side, words });
    this.#parts.defer(() => program.end());
    return program;
  }

  /** Starts it as the process with this number, when that is free. */
  async startAs(pid: number, path: string): Promise<LabProgram> {
    await this.ended(pid);
    return this.start(join(this.stage.directory, 'turns'), 'pid', String(pid), path);
  }

  async ended(pid: number): Promise<void> {
    await waitFor(`the end of process ${pid}`, () => !existsSync(`/proc/${pid}`));
  }

  /** A child that outlives its parent. */
  endLater(pid: number): void {
    this.#parts.defer(() => endProcess(pid));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }
}

/** 198.18.0.0/15 is kept for tests of networks (RFC 2544). */
function ipv4(index: number): string {
  return `198.18.${(index + 1) >> 8}.${(index + 1) & 255}`;
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
