// The cases that are played step by step: each with the agent that it takes and how an attempt goes.
import {
  execWhileAsked,
  pidReusedWhileAsked,
  replacedWhileAsked,
  rewrittenWhileAsked,
} from './asked-plays.ts';
import type { Attempt, RecordedFlow } from './judge.ts';
import { PlayStage, Scene } from './scene.ts';

export interface Play {
  /** Options of the agent. */
  readonly args: readonly string[];
  readonly attempt: (scene: Scene) => Promise<readonly Attempt[]>;
  /** Undefined where the case can be had on this machine, else why not. */
  readonly notHere?: () => string | undefined;
}

const asking = (attempt: Play['attempt']): Play => ({ args: [], attempt });

const PLAYS = {
  'replaced-while-asked': asking(replacedWhileAsked),
  'rewritten-while-asked': asking(rewrittenWhileAsked),
  'exec-while-asked': asking(execWhileAsked),
  'pid-reused-while-asked': asking(pidReusedWhileAsked),
} satisfies Readonly<Record<string, Play>>;

export type PlayName = keyof typeof PLAYS;

export interface Played {
  readonly attempts: readonly Attempt[];
  readonly records: readonly RecordedFlow[];
}

/** Keeps the last agent for as long as cases take one with the same options. */
export class Theatre implements AsyncDisposable {
  #stage: PlayStage | undefined;

  /** Why the play cannot be had on this machine. */
  notHere(name: PlayName): string | undefined {
    return playOf(name).notHere?.();
  }

  async play(name: PlayName, { family, port, runs }: PlayOptions): Promise<Played> {
    const { args, attempt } = playOf(name);
    const stage = await this.#stageWith(args);
    const attempts: Attempt[] = [];
    for (let index = 0; index < runs; index += 1) {
      await using scene = new Scene({ stage, family, index, port, name });
      attempts.push(...(await attempt(scene)));
    }
    return { attempts, records: await stage.recordsOf(attempts) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stage?.[Symbol.asyncDispose]();
    this.#stage = undefined;
  }

  async #stageWith(args: readonly string[]): Promise<PlayStage> {
    if (this.#stage !== undefined && this.#stage.args.join(' ') === args.join(' ')) return this.#stage;
    await this[Symbol.asyncDispose]();
    return (this.#stage = await PlayStage.open({ args }));
  }
}

export interface PlayOptions {
  readonly family: 4 | 6;
  /** The first of a few that only this case uses. */
  readonly port: number;
  readonly runs: number;
}

function playOf(name: PlayName): Play {
  return PLAYS[name];
}
