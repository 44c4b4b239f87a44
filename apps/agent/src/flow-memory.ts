// Remembers for single flows what no rule says: an answer given `once`, and flows let through while nobody could be asked.
// A retransmitted SYN or the next datagram of the same socket is the same flow and must not be asked about again.
import type { Flow } from './domain/flow.ts';
import { flowKeyText } from './domain/flow-key.ts';
import type { Verdict } from './domain/verdict.ts';

const MAX_FLOWS = 16_384;

/** Keyed by flow and socket cookie: cookies are never reused, so an entry cannot speak for another socket. */
export class FlowMemory {
  readonly #verdicts = new Map<string, Verdict>();
  readonly #recorded = new Map<string, string>();

  /** What was said about this flow; undefined for flows without a recorded socket. */
  verdictOf(flow: Flow): Verdict | undefined {
    if (this.#verdicts.size === 0 || flow.socketCookie === 0n) return undefined;
    return this.#verdicts.get(flowText(flow));
  }

  remember(flow: Flow, verdict: Verdict): void {
    if (flow.socketCookie !== 0n) put(this.#verdicts, flowText(flow), verdict);
  }

  /** Forgets answers, e.g. because one was taken back. */
  forget(flow: Pick<Flow, 'key' | 'socketCookie'>): void {
    this.#verdicts.delete(flowText(flow));
  }

  /** True the first time that this flow gets this verdict: history has one record, not one for each datagram. */
  isNews(flow: Flow, reason: string): boolean {
    if (flow.socketCookie === 0n) return true;
    const text = flowText(flow);
    if (this.#recorded.get(text) === reason) return false;
    put(this.#recorded, text, reason);
    return true;
  }
}

function flowText(flow: Pick<Flow, 'key' | 'socketCookie'>): string {
  return `${flowKeyText(flow.key)} ${flow.socketCookie}`;
}

/** Adds as the newest; the oldest gives way. */
function put<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  if (map.size >= MAX_FLOWS) {
    const oldest = map.keys().next();
    if (oldest.done !== true) map.delete(oldest.value);
  }
  map.set(key, value);
}
