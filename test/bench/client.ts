// Runs the connecting client in the client namespace of a lab and reads its latencies.
import { finish } from '../lab/commands.ts';
import type { NetworkLab } from '../lab/network-lab.ts';
import type { ConnectsHow } from './modes/mode.ts';

export const SERVER_ADDRESS = '1.2.3.4';
export const SERVER_PORT = 443;

export interface Slice {
  /** Each connect(), in microseconds. */
  readonly latenciesUs: readonly number[];
  /** Of the whole loop: socket, connect and close. */
  readonly perSecond: number;
}

export interface SliceOptions {
  readonly lab: NetworkLab;
  readonly clientPath: string;
  readonly connects: number;
  /** Connects before the measurement; they are not counted. */
  readonly warmUp: number;
  readonly how: ConnectsHow;
}

export async function measureConnects(options: SliceOptions): Promise<Slice> {
  const { lab, clientPath, connects, warmUp, how } = options;
  const words = [SERVER_ADDRESS, SERVER_PORT, connects, warmUp, how].map(String);
  const [command, ...args] = lab.inside('client', clientPath, ...words);
  const { exitCode, stdout, stderr } = await finish(command, args);
  if (exitCode !== 0) throw new Error(`${clientPath} ended with ${exitCode}: ${stderr}`);
  return readSlice(stdout);
}

/** The output of connect.c: the time of the loop, then each latency, in nanoseconds. */
export function readSlice(text: string): Slice {
  const [loopNs = NaN, ...latenciesNs] = text.trim().split('\n').map(Number);
  if (![loopNs, ...latenciesNs].every(Number.isFinite) || latenciesNs.length === 0)
    throw new Error(`the client printed no latencies but '${text.slice(0, 80)}'`);
  return {
    latenciesUs: latenciesNs.map((latencyNs) => latencyNs / 1000),
    perSecond: (latenciesNs.length / loopNs) * 1e9,
  };
}
