// Datagrams a second of one socket that is not connected.
import { finish } from '../lab/commands.ts';
import { SERVER_ADDRESS, SERVER_PORT } from './client.ts';
import { program } from './programs.ts';
import type { RateWorkload } from './rate-bench.ts';
import { startReady } from './started.ts';

const DATAGRAMS = 200_000;
const WARM_UP = 20_000;

export const datagrams: RateWorkload = {
  knownName: 'udp-known',
  unit: 'datagrams/s',
  decimals: 0,
  protocol: 'udp',
  appPath: () => program('datagrams'),
  startServer: (lab) =>
    startReady({ lab, side: 'server', words: [program('datagrams'), 'sink', String(SERVER_PORT)] }),
  measure: async (lab) => {
    const words = [program('datagrams'), 'send', SERVER_ADDRESS, SERVER_PORT, DATAGRAMS, WARM_UP].map(String);
    const [command = '', ...args] = words;
    const [nsenter, ...rest] = lab.inside('client', command, ...args);
    const { exitCode, stdout, stderr } = await finish(nsenter, rest);
    const loopNs = Number(stdout);
    if (exitCode !== 0 || !(loopNs > 0)) throw new Error(`the sender ended with ${exitCode}: ${stderr}`);
    return (DATAGRAMS / loopNs) * 1e9;
  },
  leastRatio: 0.9,
  mostQueued: undefined,
};
