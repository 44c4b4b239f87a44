// What tests of incoming flows need: programs that listen on the filtered machine, and visitors from beyond.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Action, Rule } from '@sallyport/proto';
import type { LabProgram } from '../lab/lab-program.ts';
import { ruleFor } from './rule-for.ts';
import type { Kind, Stage } from './stage.ts';

/** The filtered machine, as others reach it. */
export const HERE = { 4: '10.66.0.2', 6: 'fd66::2' } as const;
export const VISITED_PORT = 4455;

export function inboundRule(app: string, action: Action): Rule {
  const rule = ruleFor(app, action);
  return { ...rule, matcher: { ...rule.matcher, ...matcherOf(rule), direction: 'DIRECTION_IN' } };
}

function matcherOf({ matcher }: Rule): NonNullable<Rule['matcher']> {
  if (matcher === undefined) throw new Error('a rule has a matcher');
  return matcher;
}

export class Visits {
  readonly #stage: Stage;
  #hear: string | undefined;
  #visitor: string | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** A listener's App: a copy of `hear` at this path below the stage's directory. */
  app(name: string): string {
    this.#hear ??= this.#stage.compile('hear');
    const path = join(this.#stage.directory, name);
    copyFileSync(this.#hear, path);
    return path;
  }

  /** Listens for TCP, UDP and UDP-Lite at the addresses, echoes, and prints what it heard. */
  async listen(app: string, ...addresses: readonly string[]): Promise<LabProgram> {
    const at = addresses.length === 0 ? Object.values(HERE) : addresses;
    const listener = this.#stage.start(app, String(VISITED_PORT), ...at);
    await listener.line(0);
    return listener;
  }

  visit(kind: Kind, address: string = HERE[4], port = VISITED_PORT): LabProgram {
    this.#visitor ??= this.#stage.app('visitor');
    return this.#stage.startBeyond(this.#visitor, kind, address, String(port));
  }
}

export function heardBy(listener: LabProgram): readonly string[] {
  return listener.lines.slice(1);
}
