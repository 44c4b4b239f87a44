// The base of every comparison: no firewall at all.
import type { Mode } from './mode.ts';

export const none: Mode = {
  name: 'none',
  how: 'same',
  unavailable: () => undefined,
  start: () => Promise.resolve({ stop: () => Promise.resolve() }),
};
