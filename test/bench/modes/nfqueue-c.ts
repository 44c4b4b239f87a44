// What NFQUEUE itself costs: a bare C loop that accepts every packet, behind a queue rule like Sallyport's.
import { endChild } from '../../lab/commands.ts';
import { program } from '../programs.ts';
import { startReady } from '../started.ts';
import type { Mode } from './mode.ts';

const QUEUE = '4870';
const RULE = ['OUTPUT', '-p', 'tcp', '--syn', '-j', 'NFQUEUE', '--queue-num', QUEUE];

export const nfqueueC: Mode = {
  name: 'nfqueue-c',
  how: 'same',
  unavailable: () => undefined,
  start: async ({ lab }) => {
    const listener = await startReady({ lab, side: 'client', words: [program('accept'), QUEUE] });
    lab.run('client', 'iptables', '-t', 'raw', '-A', ...RULE);
    return {
      stop: async () => {
        lab.run('client', 'iptables', '-t', 'raw', '-D', ...RULE);
        await endChild(listener);
      },
    };
  },
};

/** The base of `first`. */
export const nfqueueCFirst: Mode = { ...nfqueueC, name: 'nfqueue-c-first', how: 'new' };
