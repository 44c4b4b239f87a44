// What becomes of our netfilter rules when others change them: told to the log, to the status and to whoever watches.
import type { StatusBook } from './agent-status.ts';
import type { EventHub } from './event-hub.ts';
import type { Log } from './platform/log.ts';

export interface NetfilterReportsPorts {
  readonly status: StatusBook;
  readonly hub: EventHub;
  readonly log: Log;
}

export class NetfilterReports {
  readonly #ports: NetfilterReportsPorts;

  constructor(ports: NetfilterReportsPorts) {
    this.#ports = ports;
  }

  restored(differences: readonly string[]): void {
    this.#ports.status.netfilterRestored();
    this.#ports.log.warn('netfilter rules were changed by another program and put back', {
      what: differences.join('; '),
    });
    this.#announce();
  }

  failed(error: Error): void {
    const text = `The netfilter rules could not be put back: ${error.message}`;
    this.#ports.status.netfilterFailed(text);
    this.#ports.log.error(text);
    this.#announce();
  }

  #announce(): void {
    this.#ports.hub.emit({ kind: 'health', checks: this.#ports.status.health() });
  }
}
