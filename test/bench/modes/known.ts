// Sallyport's agent with the same rule: the first SYN is decided in user space, every later one in the kernel.
import { startAgentThatKnows } from './agent-that-knows.ts';
import type { Mode } from './mode.ts';

export const known: Mode = {
  name: 'known',
  how: 'same',
  unavailable: () => undefined,
  start: ({ lab, clientPath }) => startAgentThatKnows({ lab, appPath: clientPath }),
};

/** Each connect is the first one of a new process. */
export const first: Mode = { ...known, name: 'first', how: 'new' };

/** A rule that denies: connect() fails. */
export const denyKnown: Mode = {
  ...known,
  name: 'deny-known',
  how: 'refused',
  start: ({ lab, clientPath }) => startAgentThatKnows({ lab, appPath: clientPath, action: 'deny' }),
};
