// SharedValues: one object for what many rules say alike, and text of its own for what they do not. A hundred thousand rules
// fit into memory only so.
import type { Protocol } from '../domain/flow-key.ts';
import type { PortRange, RuleLifetime } from '../domain/rule.ts';

export const ALWAYS: RuleLifetime = { kind: 'always' };

/** V8 copies shorter text when it is cut out of a longer one; of longer ones it keeps the whole text of the file alive. */
const SHORTEST_SLICE = 13;

export class SharedValues {
  readonly #texts = new Map<string, string>();
  readonly #protocols = new Map<string, readonly Protocol[]>();
  readonly #ports = new Map<string, readonly PortRange[]>();

  /** The same text for equal ones. */
  text(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const own = ownText(text);
    this.#texts.set(own, own);
    return own;
  }

  protocols(list: readonly Protocol[] | undefined): readonly Protocol[] | undefined {
    return list && shared(this.#protocols, list.join(), list);
  }

  ports(list: readonly PortRange[] | undefined): readonly PortRange[] | undefined {
    return list && shared(this.#ports, list.map(({ from, to }) => `${from}-${to}`).join(), list);
  }
}

/** Equal text that keeps no other alive. */
export function ownText(text: string): string {
  return text.length < SHORTEST_SLICE ? text : Buffer.from(text, 'utf8').toString('utf8');
}

function shared<Value>(known: Map<string, Value>, key: string, value: Value): Value {
  const first = known.get(key) ?? value;
  known.set(key, first);
  return first;
}
