// The base of every comparison: no firewall at all.
import type { Mode } from './mode.ts';

export const none: Mode = {
  name: 'none',
  unavailable: () => undefined,
  start: () => Promise.resolve({ stop: () => Promise.resolve() }),
};
