// Runs the cases: real programs in a network namespace, the real agent that lets everything through and writes down whose it was.
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { connectFirewall } from '@sallyport/proto';
import type { FirewallClient, HistoryRecord } from '@sallyport/proto';
import { AgentUnderTest } from '../lab/agent-under-test.ts';
import { endChild, finish, waitFor } from '../lab/commands.ts';
import { NetworkLab } from '../lab/network-lab.ts';
import type { AttributionCase, PlayedCase, ProgramCase, ProgramName } from './cases.ts';
import { copyOf, dressed } from './disguises.ts';
import type { Disguise, Wardrobe } from './disguises.ts';
import { answerForAll, compile } from './grounds.ts';
import { judge, readAttempts } from './judge.ts';
import type { Attempt, IsApp, Judgement, RecordedFlow } from './judge.ts';
import { Theatre } from './plays.ts';

export interface SuiteOptions {
  /** As the agent's option takes it. */
  readonly correlator?: string;
}

export interface SeenRung {
  readonly name: string;
  /** As the agent's status tells it. */
  readonly text: string;
}

/** What each attempt of a case may be. */
export type Expectation = 'right' | 'missing' | 'right or missing';

export interface CaseResult extends Judgement {
  readonly name: string;
  readonly family: 4 | 6;
  readonly expected: Expectation;
  /** Why the case could not be tried on this kernel; then `runs` is 0. */
  readonly notHere: string | undefined;
}

const EXIT_NOT_HERE = 77;
const NOT_TRIED = judge([], [], () => false);
const PAGE = 5000;
/** Those that are only counted are written down every few seconds. */
const PACKET_SOCKETS_MS = 15_000;
const FIRST_PORT = 20_000;
/** For records of attempts that have none yet: a machine that is kept busy writes them late. */
const PATIENCE_MS: Readonly<Record<Expectation, number>> = {
  right: 20_000,
  'right or missing': 3000,
  missing: 300,
};
/** In a network of their own. Below the first rung what the machine forwards is not queued. */
const FORWARDED: ReadonlySet<Disguise> = new Set(['own-network', 'container']);
/** The one that it starts with, and those behind it. */
const PORTS_OF_A_PLAY = 300;
const PROGRAMS: readonly ProgramName[] = [
  'processes',
  'descriptors',
  'datagrams',
  'streams',
  'places',
  'raw',
  'uring',
];

export class AttributionSuite implements AsyncDisposable {
  readonly kernel = release();
  /** The rung of correlators that the agent runs on. */
  readonly rung: SeenRung;
  readonly #lab: NetworkLab;
  readonly #directory: string;
  readonly #runtimeRoot: string;
  readonly #client: FirewallClient;
  readonly #parts: AsyncDisposableStack;
  readonly #theatre: Theatre;
  #lastId = 0n;
  #port = FIRST_PORT;

  static async open({ correlator = 'auto' }: SuiteOptions = {}): Promise<AttributionSuite> {
    const parts = new AsyncDisposableStack();
    try {
      const directory = mkdtempSync(join(tmpdir(), 'sallyport-attribution-'));
      parts.defer(() => rmSync(directory, { recursive: true, force: true }));
      const lab = new NetworkLab();
      parts.defer(() => lab.close());
      answerForAll(lab);
      for (const name of PROGRAMS) compile(directory, name);
      // What shipped rules allow would be told of one by one only at first.
      const runtimeRoot = join(directory, 'runtimes');
      const place = ['--container-root', runtimeRoot, '--correlator', correlator];
      const args = ['--unknown', 'allow', '--no-verdict-cache', ...place];
      const agent = await AgentUnderTest.start({ lab, args });
      parts.defer(() => agent.stop().then(() => undefined));
      const client = connectFirewall({ socketPath: agent.socketPath, deadlineMs: 30_000 });
      parts.defer(() => client.close());
      const rung = readRung((await client.getStatus({})).correlator);
      return new AttributionSuite({ lab, directory, runtimeRoot, client, rung, parts });
    } catch (error) {
      await parts.disposeAsync();
      throw error;
    }
  }

  private constructor(parts: Wardrobe & { readonly client: FirewallClient; readonly rung: SeenRung }) {
    this.#lab = parts.lab;
    this.#directory = parts.directory;
    this.#runtimeRoot = parts.runtimeRoot;
    this.#client = parts.client;
    this.rung = parts.rung;
    this.#theatre = new Theatre(parts.rung.name);
    this.#parts = parts.parts;
    this.#parts.use(this.#theatre);
  }

  /** Keeps every processor busy until it is disposed of. */
  load(): AsyncDisposable {
    const burners = Array.from({ length: availableParallelism() }, () =>
      spawn('sh', ['-c', 'while :; do :; done'], { stdio: 'ignore' }),
    );
    return {
      [Symbol.asyncDispose]: async () => {
        for (const burner of burners) await endChild(burner, 'SIGKILL');
      },
    };
  }

  run(one: AttributionCase, family: 4 | 6, runs: number): Promise<CaseResult> {
    return 'play' in one ? this.#runPlay(one, family, runs) : this.#runProgram(one, family, runs);
  }

  /** Each attempt by steps of its own. */
  async #runPlay(one: PlayedCase, family: 4 | 6, runs: number): Promise<CaseResult> {
    const { name, play, unseenBecause } = one;
    const expected = expectationOf(unseenBecause === undefined, this.rung);
    const notHere = this.#theatre.notHere(play);
    if (notHere !== undefined) return { name, family, expected, ...NOT_TRIED, notHere };
    const port = (this.#port += PORTS_OF_A_PLAY);
    const { attempts, records } = await this.#theatre.play(play, { family, port, runs });
    const isApp: IsApp = (app, path) => app === path;
    return { name, family, expected, ...judge(attempts, records, isApp), notHere: undefined };
  }

  async #runProgram(one: ProgramCase, family: 4 | 6, runs: number): Promise<CaseResult> {
    await using parts = new AsyncDisposableStack();
    const [path, other] = this.#copiesOf(one, family);
    const wardrobe = { lab: this.#lab, directory: this.#directory, runtimeRoot: this.#runtimeRoot, parts };
    const disguised = dressed(one.disguise ?? 'none', path, wardrobe);
    const words = [one.attempt ?? one.name, family, (this.#port += 1), runs, other].map(String);
    const [command, ...rest] = this.#lab.inside('client', ...disguised.words, ...words);
    const { exitCode, stdout, stderr } = await finish(command, rest);
    const isSeen = await this.#isSeen(one);
    const result = { name: one.name, family, expected: expectationOf(isSeen, this.rung) };
    if (exitCode === EXIT_NOT_HERE) return { ...result, ...NOT_TRIED, notHere: stderr.trim() };
    if (exitCode !== 0) throw new Error(`${one.name} over IPv${family} ended with ${exitCode}: ${stderr}`);
    const attempts = readAttempts(stdout);
    const records =
      isSeen && one.isPacketSocket === true
        ? await this.#packetSocketsOf(attempts)
        : await this.#recordsOf(attempts, PATIENCE_MS[result.expected]);
    return { ...result, ...judge(attempts, records, disguised.isApp), notHere: undefined };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }

  #copiesOf({ program, name }: ProgramCase, family: 4 | 6): readonly [string, string] {
    const source = join(this.#directory, program);
    const [path, other] = [`${program}-${name}-${family}`, `${program}-other`];
    return [copyOf(source, join(this.#directory, path)), copyOf(source, join(this.#directory, other))];
  }

  /** Newer than those of the case before; waits a while for attempts that have none yet. */
  async #recordsOf(attempts: readonly Attempt[], patienceMs: number): Promise<readonly HistoryRecord[]> {
    let records: readonly HistoryRecord[] = [];
    const isComplete = async (): Promise<boolean> => {
      records = await this.#newRecords();
      const seen = new Set(records.map(({ address, port }) => `${address} ${port}`));
      return attempts.every(({ address, port }) => seen.has(`${address} ${port}`));
    };
    // What does not come is counted as missing.
    await waitFor('the records', isComplete, patienceMs).catch(() => undefined);
    this.#lastId = BigInt(records[0]?.id ?? this.#lastId);
    return records;
  }

  async #isSeen({ unseenBecause, isPacketSocket, disguise }: ProgramCase): Promise<boolean> {
    if (disguise !== undefined && FORWARDED.has(disguise) && this.rung.name !== 'packet') return false;
    if (isPacketSocket !== true) return unseenBecause === undefined;
    const { health } = await this.#client.getStatus({});
    return health.some(({ name, text }) => name === 'packet-sockets' && text.includes('judged'));
  }

  /** Of sockets that are opened one after the other the first has a record, and the others have one together: each is one attempt's. */
  async #packetSocketsOf(attempts: readonly Attempt[]): Promise<readonly RecordedFlow[]> {
    let sockets: readonly HistoryRecord[] = [];
    const isComplete = async (): Promise<boolean> => {
      const records = (await this.#newRecords()).filter(({ protocol }) => protocol === 'packet');
      sockets = records.flatMap((record) => Array.from({ length: 1 + Number(record.alike) }, () => record));
      return sockets.length >= attempts.length;
    };
    await waitFor('the packet sockets', isComplete, PACKET_SOCKETS_MS).catch(() => undefined);
    this.#lastId = BigInt(sockets[0]?.id ?? this.#lastId);
    return attempts.flatMap(({ address, port }, index) => {
      const socket = sockets[index];
      return socket === undefined ? [] : [{ ...socket, address, port }];
    });
  }

  async #newRecords(): Promise<readonly HistoryRecord[]> {
    const { records } = await this.#client.listHistory({ limit: PAGE });
    return records.filter(({ id }) => BigInt(id) > this.#lastId);
  }
}

/** Status tells it as `NAME (rung N of M): by what`. */
function readRung(text: string): SeenRung {
  const [, name] = /^(\S+) \(rung \d+ of \d+\): /.exec(text) ?? [];
  if (name === undefined) throw new Error(`the agent says of its correlator: "${text}"`);
  return { name, text };
}

/** Only the first rung sees all; what another does not see must be nobody's. */
function expectationOf(isSeen: boolean, { name }: SeenRung): Expectation {
  if (!isSeen) return 'missing';
  return name === 'packet' ? 'right' : 'right or missing';
}
