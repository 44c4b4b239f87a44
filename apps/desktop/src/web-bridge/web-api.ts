// The DesktopApi of a page in a browser: calls and one stream of updates to the web shell, however many listeners there are.
import { CALL_NAMES } from '../shared/call-names.ts';
import type { DesktopApi, DesktopCalls } from '../shared/desktop-api.ts';
import { INITIAL_STATE, reduceUpdate } from '../shared/reduce.ts';
import type { DesktopUpdate } from '../shared/state.ts';
import { ShellClient } from './shell-client.ts';
import type { ShellClientOptions } from './shell-client.ts';
import { UpdateFollower } from './update-follower.ts';
import type { UpdateFollowerOptions } from './update-follower.ts';
import { windowCalls } from './window-calls.ts';
import type { BrowserWindowPort } from './window-calls.ts';

export type WebApiOptions = ShellClientOptions &
  Pick<UpdateFollowerOptions, 'firstRetryMs' | 'refusedRetryMs'> & { readonly window: BrowserWindowPort };

type Listener = (update: DesktopUpdate) => void;

export function webApi(options: WebApiOptions): DesktopApi {
  const client = new ShellClient(options);
  const updates = new SharedUpdates({ ...options, client });
  return {
    ...callsOf(client),
    ...windowCalls(options.window),
    subscribe: (listener) => updates.subscribe(listener),
  };
}

function callsOf(client: ShellClient): DesktopCalls {
  const calls = CALL_NAMES.map((name) => [name, (argument?: unknown) => client.call(name, argument)]);
  // The names are those of the contract; the host answers each with the result of its call.
  return Object.fromEntries(calls) as DesktopCalls;
}

class SharedUpdates {
  readonly #options: Omit<UpdateFollowerOptions, 'deliver'>;
  readonly #listeners = new Set<Listener>();
  #state = INITIAL_STATE;
  #follower: UpdateFollower | undefined;

  constructor(options: Omit<UpdateFollowerOptions, 'deliver'>) {
    this.#options = options;
  }

  subscribe(listener: Listener): () => void {
    // An own function for each subscription, so that one function can have two.
    const own: Listener = (update) => listener(update);
    this.#listeners.add(own);
    own({ kind: 'snapshot', state: this.#state });
    this.#follower ??= this.#follow();
    return () => this.#leave(own);
  }

  #follow(): UpdateFollower {
    const follower = new UpdateFollower({ ...this.#options, deliver: (update) => this.#take(update) });
    follower.start();
    return follower;
  }

  #take(update: DesktopUpdate): void {
    this.#state = reduceUpdate(this.#state, update);
    for (const listener of this.#listeners) listener(update);
  }

  #leave(listener: Listener): void {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
    this.#follower?.stop();
    this.#follower = undefined;
    this.#state = INITIAL_STATE;
  }
}
