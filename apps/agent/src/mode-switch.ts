// The mode that a person set, with the pause that ends by itself.
import type { ModeChange } from './api/ports.ts';
import { INITIAL_MODE } from './domain/mode.ts';
import type { Mode } from './domain/mode.ts';
import type { Verdict } from './domain/verdict.ts';

const PAUSED: Verdict = { action: 'allow', reason: { kind: 'paused' } };
const DEFAULTS = {
  ask: undefined,
  allow: { action: 'allow', reason: { kind: 'default' } },
  deny: { action: 'deny', reason: { kind: 'default' } },
} as const satisfies Record<Mode['unknownFlows'], Verdict | undefined>;

export class ModeSwitch {
  readonly #onChange: (mode: Mode) => void;
  readonly #nowMs: () => number;
  #mode: Mode;
  #pauseEnd: NodeJS.Timeout | undefined;

  constructor(options: {
    nowMs: () => number;
    onChange: (mode: Mode) => void;
    unknownFlows: Mode['unknownFlows'];
  }) {
    this.#nowMs = options.nowMs;
    this.#onChange = options.onChange;
    this.#mode = { ...INITIAL_MODE, unknownFlows: options.unknownFlows };
  }

  get mode(): Mode {
    return this.#mode;
  }

  /** What every flow gets while paused. */
  verdict(): Verdict | undefined {
    return this.#mode.filtering === 'paused' ? PAUSED : undefined;
  }

  /** What flows get that no rule knows; undefined: they are asked about. */
  defaultVerdict(): Verdict | undefined {
    return DEFAULTS[this.#mode.unknownFlows];
  }

  change(change: ModeChange): Mode {
    if (change.kind === 'unknown-flows') this.#set({ ...this.#mode, unknownFlows: change.unknownFlows });
    else if (change.kind === 'filter') this.#filter();
    else this.#pause(change.pauseMs);
    return this.#mode;
  }

  stop(): void {
    clearTimeout(this.#pauseEnd);
  }

  #filter(): void {
    clearTimeout(this.#pauseEnd);
    this.#set({ ...this.#mode, filtering: 'on', pausedUntilMs: undefined });
  }

  #pause(durationMs: number): void {
    clearTimeout(this.#pauseEnd);
    this.#pauseEnd = setTimeout(() => this.#filter(), durationMs);
    this.#set({ ...this.#mode, filtering: 'paused', pausedUntilMs: this.#nowMs() + durationMs });
  }

  #set(mode: Mode): void {
    this.#mode = mode;
    this.#onChange(mode);
  }
}
