// Activity: what happened in each step of the last five minutes, in a ring that never grows. Pure.

export const STEP_MS = 5000;
export const STEPS = 60;
export const WINDOW_MS = STEPS * STEP_MS;

export type Series = 'flows' | 'refusals' | 'bytesOut' | 'bytesIn';

/** One more than fits, for the step that is under way. */
const SLOTS = STEPS + 1;

export function stepOf(atMs: number): number {
  return Math.floor(atMs / STEP_MS);
}

export class Activity {
  readonly #steps = new Float64Array(SLOTS).fill(-1);
  readonly #values: Readonly<Record<Series, Float64Array>> = {
    flows: new Float64Array(SLOTS),
    refusals: new Float64Array(SLOTS),
    bytesOut: new Float64Array(SLOTS),
    bytesIn: new Float64Array(SLOTS),
  };

  /** What is older than the ring is dropped. */
  add(series: Series, atMs: number, amount: number): void {
    const step = stepOf(atMs);
    const slot = step % SLOTS;
    const inSlot = this.#steps[slot] ?? -1;
    if (step < inSlot || amount <= 0) return;
    if (step > inSlot) this.#clear(slot, step);
    const values = this.#values[series];
    values[slot] = (values[slot] ?? 0) + amount;
  }

  at(series: Series, step: number): number {
    const slot = step % SLOTS;
    return this.#steps[slot] === step ? (this.#values[series][slot] ?? 0) : 0;
  }

  /** Of these steps and all between. */
  sum(series: Series, fromStep: number, toStep: number): number {
    let sum = 0;
    for (let step = fromStep; step <= toStep; step++) sum += this.at(series, step);
    return sum;
  }

  #clear(slot: number, step: number): void {
    this.#steps[slot] = step;
    for (const values of Object.values(this.#values)) values[slot] = 0;
  }
}
