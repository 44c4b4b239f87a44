// The cases that are played step by step: each with the agent that it takes and how an attempt goes.
import {
  execWhileAsked,
  pidReusedWhileAsked,
  replacedWhileAsked,
  rewrittenWhileAsked,
} from './asked-plays.ts';
import {
  becomesOther,
  isOlder,
  leavesToChild,
  listens,
  listensBefore,
  listensToBoth,
  passesOn,
  sharesPort,
  sharesPortWithOther,
} from './inbound-plays.ts';
import type { Transport } from './inbound-plays.ts';
import type { Attempt, RecordedFlow } from './judge.ts';
import { bySlirp, needsSlirp } from './proxy-plays.ts';
import { PlayStage, Scene } from './scene.ts';

export interface Play {
  /** Options of the agent. */
  readonly args: readonly string[];
  /** Called for all attempts before the agent starts. */
  readonly beforeAgent?: (scene: Scene) => Promise<void>;
  readonly attempt: (scene: Scene) => Promise<readonly Attempt[]>;
  /** Undefined where the case can be had on this machine, else why not. */
  readonly notHere?: () => string | undefined;
}

const asking = (attempt: Play['attempt']): Play => ({ args: [], attempt });

type TransportAttempt = (scene: Scene, transport: Transport) => Promise<readonly Attempt[]>;
const INBOUND = ['--inbound', '--unknown', 'allow'];

function visiting(attempt: TransportAttempt, transport: Transport): Play {
  return { args: INBOUND, attempt: (scene) => attempt(scene, transport) };
}

function visitingOlder(transport: Transport): Play {
  return { ...visiting(isOlder, transport), beforeAgent: (scene) => listensBefore(scene, transport) };
}

function proxied(attempt: TransportAttempt, transport: Transport, notHere: () => string | undefined): Play {
  return { args: ['--unknown', 'allow'], notHere, attempt: (scene) => attempt(scene, transport) };
}

const PLAYS = {
  'replaced-while-asked': asking(replacedWhileAsked),
  'rewritten-while-asked': asking(rewrittenWhileAsked),
  'exec-while-asked': asking(execWhileAsked),
  'pid-reused-while-asked': asking(pidReusedWhileAsked),
  'listener-tcp': visiting(listens, 'tcp'),
  'listener-udp': visiting(listens, 'udp'),
  'listener-dual-stack-tcp': visiting(listensToBoth, 'tcp'),
  'listener-dual-stack-udp': visiting(listensToBoth, 'udp'),
  'listener-left-to-child-tcp': visiting(leavesToChild, 'tcp'),
  'listener-left-to-child-udp': visiting(leavesToChild, 'udp'),
  'listener-passed-tcp': visiting(passesOn, 'tcp'),
  'listener-passed-udp': visiting(passesOn, 'udp'),
  'listener-exec-tcp': visiting(becomesOther, 'tcp'),
  'listener-exec-udp': visiting(becomesOther, 'udp'),
  'listeners-of-one-program-tcp': visiting(sharesPort, 'tcp'),
  'listeners-of-one-program-udp': visiting(sharesPort, 'udp'),
  'listeners-of-two-programs-tcp': visiting(sharesPortWithOther, 'tcp'),
  'listeners-of-two-programs-udp': visiting(sharesPortWithOther, 'udp'),
  'slirp4netns-tcp': proxied(bySlirp, 'tcp', needsSlirp),
  'slirp4netns-udp': proxied(bySlirp, 'udp', needsSlirp),
  'older-listener-tcp': visitingOlder('tcp'),
  'older-listener-udp': visitingOlder('udp'),
} satisfies Readonly<Record<string, Play>>;

export type PlayName = keyof typeof PLAYS;

export interface Played {
  readonly attempts: readonly Attempt[];
  readonly records: readonly RecordedFlow[];
}

/** Keeps the last agent for as long as cases take one with the same options. */
export class Theatre implements AsyncDisposable {
  readonly #rung: string;
  #stage: PlayStage | undefined;

  /** The agents stand on this rung of the ladder. */
  constructor(rung: string) {
    this.#rung = rung;
  }

  /** Why the play cannot be had on this machine, or on this rung. */
  notHere(name: PlayName): string | undefined {
    const { args, notHere } = playOf(name);
    if (args.includes('--inbound') && this.#rung !== 'packet')
      return 'incoming flows are judged on the first rung alone';
    if (args.length === 0 && !['packet', 'sock-ops'].includes(this.#rung))
      return 'what becomes of a program that is asked about is tried on the first two rungs';
    return notHere?.();
  }

  async play(name: PlayName, { family, port, runs }: PlayOptions): Promise<Played> {
    const play = playOf(name);
    const stage = await this.#stageWith(play.args);
    const indexes = Array.from({ length: runs }, (_, index) => index);
    const scene = (index: number): Scene => new Scene({ stage, family, index, port, name });
    const attempts =
      play.beforeAgent === undefined
        ? await oneAfterTheOther(indexes, play, scene)
        : await behindANewAgent(indexes.map(scene), play);
    return { attempts, records: await stage.recordsOf(attempts) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stage?.[Symbol.asyncDispose]();
    this.#stage = undefined;
  }

  async #stageWith(args: readonly string[]): Promise<PlayStage> {
    if (this.#stage !== undefined && this.#stage.args.join(' ') === args.join(' ')) return this.#stage;
    await this[Symbol.asyncDispose]();
    return (this.#stage = await PlayStage.open({ args, rung: this.#rung }));
  }
}

export interface PlayOptions {
  readonly family: 4 | 6;
  /** The first of a few that only this case uses. */
  readonly port: number;
  readonly runs: number;
}

async function oneAfterTheOther(
  indexes: readonly number[],
  { attempt }: Play,
  sceneOf: (index: number) => Scene,
): Promise<readonly Attempt[]> {
  const attempts: Attempt[] = [];
  for (const index of indexes) {
    await using scene = sceneOf(index);
    attempts.push(...(await attempt(scene)));
  }
  return attempts;
}

/** All are there before the agent is. */
async function behindANewAgent(
  scenes: readonly Scene[],
  { beforeAgent, attempt }: Play,
): Promise<readonly Attempt[]> {
  await using parts = new AsyncDisposableStack();
  for (const scene of scenes) await beforeAgent?.(parts.use(scene));
  await scenes[0]?.stage.startAgent();
  const attempts: Attempt[] = [];
  for (const scene of scenes) attempts.push(...(await attempt(scene)));
  return attempts;
}

function playOf(name: PlayName): Play {
  return PLAYS[name];
}
