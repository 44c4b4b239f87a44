// The modes by name, and which of them can run here.
import type { Mode, ModeName } from './mode.ts';
import { nfqueueC, nfqueueCFirst } from './nfqueue-c.ts';
import { hooks } from './hooks.ts';
import { denyKnown, first, known } from './known.ts';
import { none } from './none.ts';
import { opensnitch } from './opensnitch.ts';
import { rule } from './rule.ts';

const MODES: readonly Mode[] = [
  none,
  hooks,
  nfqueueC,
  nfqueueCFirst,
  rule,
  first,
  known,
  denyKnown,
  opensnitch,
];

export interface FoundModes {
  readonly modes: readonly Mode[];
  /** One for each mode that was asked for and cannot run. */
  readonly notes: readonly string[];
}

export function findModes(names: readonly ModeName[]): FoundModes {
  const asked = MODES.filter((mode) => names.includes(mode.name));
  return {
    modes: asked.filter((mode) => mode.unavailable() === undefined),
    notes: asked.flatMap((mode) => {
      const reason = mode.unavailable();
      return reason === undefined ? [] : [`${mode.name} was skipped: ${reason}`];
    }),
  };
}
