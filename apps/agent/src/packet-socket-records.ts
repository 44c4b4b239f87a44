// History of packet sockets: the first one of a process and verdict at once, those that follow on it together, because a program
// may open thousands.
import type { Flow } from './domain/flow.ts';
import { processInstanceText } from './domain/owner.ts';
import { reasonText } from './domain/verdict.ts';
import type { Verdict } from './domain/verdict.ts';
import type { AppliedVerdict } from './pipeline-ports.ts';

interface Repeated {
  readonly flow: Flow;
  readonly verdict: Verdict;
  /** Since the last record. */
  readonly more: number;
}

export class PacketSocketRecords {
  readonly #write: (applied: AppliedVerdict) => void;
  readonly #recent = new Map<string, Repeated>();

  constructor(write: (applied: AppliedVerdict) => void) {
    this.#write = write;
  }

  note(flow: Flow, verdict: Verdict): void {
    const key = `${processInstanceText(flow.process)} ${flow.process.app.id} ${verdict.action} ${reasonText(verdict.reason)}`;
    const known = this.#recent.get(key);
    if (known === undefined) this.#write({ flow, verdict, heldUs: 0, alike: 0 });
    this.#recent.set(key, { flow, verdict, more: known === undefined ? 0 : known.more + 1 });
  }

  /** Writes down what was only counted. Call now and then, and at the end. */
  flush(): void {
    for (const [key, { flow, verdict, more }] of this.#recent) {
      this.#recent.delete(key);
      if (more > 0) this.#write({ flow, verdict, heldUs: 0, alike: more - 1 });
    }
  }
}
