// What becomes of the guard's findings: status, the log and whoever watches hear of rules that somebody else changed.
import type { StatusBook } from './agent-status.ts';
import type { EventHub } from './event-hub.ts';
import type { GuardEvents } from './firewall/guard.ts';
import type { Log } from './platform/log.ts';

export interface NetfilterEventParts {
  readonly status: StatusBook;
  readonly log: Log;
  readonly hub: Pick<EventHub, 'emit'>;
}

export function netfilterEvents({ status, log, hub }: NetfilterEventParts): GuardEvents {
  const announce = (): void => hub.emit({ kind: 'health', checks: status.health() });
  return {
    onRestored: (differences) => {
      status.netfilterRestored();
      log.warn('netfilter rules were changed by another program and put back', {
        what: differences.join('; '),
      });
      announce();
    },
    onFailed: (error) => {
      const text = `The netfilter rules could not be put back: ${error.message}`;
      status.netfilterFailed(text);
      log.error(text);
      announce();
    },
  };
}
