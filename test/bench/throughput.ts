// What one established TCP connection carries, by iperf3.
import { existsSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { collectOutput, finish, waitFor } from '../lab/commands.ts';
import { SERVER_ADDRESS, SERVER_PORT } from './client.ts';
import type { RateWorkload } from './rate-bench.ts';

const IPERF3 = '/usr/bin/iperf3';
const SECONDS = 3;
/** A SYN for control, one for what carries, and what the kernel itself reports of its addresses; hundreds of thousands of others pass. */
const MOST_QUEUED = 8;

export const throughput: RateWorkload = {
  knownName: 'known',
  unit: 'Gbit/s',
  decimals: 2,
  protocol: 'tcp',
  appPath: () => IPERF3,
  startServer: async (lab) => {
    if (!existsSync(IPERF3)) throw new Error('iperf3 is not installed: apt-get install iperf3');
    const words = lab.inside('server', IPERF3, '--server', '--port', String(SERVER_PORT), '--forceflush');
    const [command, ...args] = words;
    const server = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = collectOutput(server);
    await waitFor('iperf3 to listen', () => output().stdout.includes('Server listening'));
    return server;
  },
  measure: async (lab) => {
    const options = ['--port', String(SERVER_PORT), '--time', String(SECONDS), '--omit', '1', '--json'];
    const [command, ...args] = lab.inside('client', IPERF3, '--client', SERVER_ADDRESS, ...options);
    const { exitCode, stdout, stderr } = await finish(command, args);
    if (exitCode !== 0) throw new Error(`iperf3 ended with ${exitCode}: ${stderr}${stdout.slice(0, 500)}`);
    return receivedBitsPerSecond(JSON.parse(stdout)) / 1e9;
  },
  leastRatio: 0.95,
  mostQueued: MOST_QUEUED,
};

function receivedBitsPerSecond(document: unknown): number {
  const { end } = document as { end: { sum_received: { bits_per_second: number } } };
  return end.sum_received.bits_per_second;
}
