// Keeps our rules in place: looks when netfilter changed, and now and then for changes that nobody announces.
import { watchNetfilter } from '../platform/netfilter-changes.ts';
import type { NetfilterRules } from './firewall.ts';

const SETTLE_MS = 100;
/** iptables-legacy changes rules without telling anybody. */
const LOOK_EVERY_MS = 30_000;

export interface GuardEvents {
  /** The rules were not as installed, and have been put back. */
  readonly onRestored: (differences: readonly string[]) => void;
  readonly onFailed: (error: Error) => void;
}

/** Runs until `stop()`. Looks never overlap. */
export class FirewallGuard {
  readonly #firewall: Pick<NetfilterRules, 'putBack' | 'differences'>;
  readonly #events: GuardEvents;
  readonly #stopWatching: () => void;
  readonly #interval: NodeJS.Timeout;
  #settle: NodeJS.Timeout | undefined;
  #look: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: { firewall: Pick<NetfilterRules, 'putBack' | 'differences'>; events: GuardEvents }) {
    this.#firewall = options.firewall;
    this.#events = options.events;
    this.#stopWatching = watchNetfilter(() => this.#lookSoon());
    this.#interval = setInterval(() => this.#lookSoon(), LOOK_EVERY_MS).unref();
  }

  /** Resolves when a look that is under way has ended: after that nothing is put back any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopWatching();
    clearInterval(this.#interval);
    clearTimeout(this.#settle);
    await this.#look;
  }

  #lookSoon(): void {
    if (this.#isStopped || this.#settle !== undefined) return;
    this.#settle = setTimeout(() => {
      this.#settle = undefined;
      this.#look = this.#look.then(() => this.#putBack());
    }, SETTLE_MS);
  }

  async #putBack(): Promise<void> {
    if (this.#isStopped) return;
    try {
      const differences = await this.#firewall.differences();
      if (differences.length === 0) return;
      await this.#firewall.putBack();
      this.#events.onRestored(differences);
    } catch (error) {
      this.#events.onFailed(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
