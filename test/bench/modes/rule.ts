// Sallyport's agent with a stored rule that allows the client: every SYN is queued and decided in user space.
import { startAgentThatKnows } from './agent-that-knows.ts';
import type { Mode } from './mode.ts';

export const rule: Mode = {
  name: 'rule',
  how: 'same',
  unavailable: () => undefined,
  start: ({ lab, clientPath }) =>
    startAgentThatKnows({ lab, appPath: clientPath, args: ['--no-verdict-cache'] }),
};
