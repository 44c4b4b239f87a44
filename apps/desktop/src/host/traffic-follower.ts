// TrafficFollower: asks the agent for what flows carry while some page reads it, and for no longer: an idle desktop costs nothing, and a
// page that is gone leaves nothing behind.
import type { FirewallClient } from '@sallyport/proto';
import type { Traffic, TrafficPlace } from '../shared/traffic.ts';
import { readFlowTraffic } from './read-wire.ts';
import { TrafficMirror } from './traffic-mirror.ts';

export interface TrafficFollowerOptions {
  readonly client: Pick<FirewallClient, 'watch'>;
  /** After so long without a reader nobody follows any more. */
  readonly idleMs?: number;
}

const IDLE_MS = 5000;

export class TrafficFollower {
  readonly #options: TrafficFollowerOptions;
  readonly #mirror = new TrafficMirror();
  #following: AbortController | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: TrafficFollowerOptions) {
    this.#options = options;
  }

  get isFollowing(): boolean {
    return this.#following !== undefined;
  }

  /** What is known at once; the first answers may know nothing yet. */
  read(place: TrafficPlace): Traffic {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.stop(), this.#options.idleMs ?? IDLE_MS).unref();
    if (this.#following === undefined) void this.#follow();
    return this.#mirror.read(place);
  }

  stop(): void {
    clearTimeout(this.#idle);
    this.#following?.abort();
    this.#following = undefined;
  }

  async #follow(): Promise<void> {
    const following = new AbortController();
    this.#following = following;
    this.#mirror.begin(Date.now());
    try {
      await this.#readFrom(following.signal);
    } catch {
      // The connection of all windows is refused for the same reason, and tells it. The next reader tries again.
      this.#mirror.begin(Date.now());
      if (this.#following === following) this.#following = undefined;
    }
  }

  async #readFrom(signal: AbortSignal): Promise<void> {
    for await (const update of this.#options.client.watch({ traffic: true, signal })) {
      if (signal.aborted) return;
      // Ids are those of one agent: the next connection may be to another.
      if (update.kind === 'disconnected' || update.event.event === 'snapshot') this.#mirror.begin(Date.now());
      else if (update.event.event === 'traffic') {
        const { atMs, flows } = update.event.traffic;
        this.#mirror.take(atMs, flows.map(readFlowTraffic));
      }
    }
  }
}
