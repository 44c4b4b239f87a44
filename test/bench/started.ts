// Starts a program in a namespace and waits for the line that says it is ready.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { collectOutput, endChild, waitFor } from '../lab/commands.ts';
import type { NetworkLab } from '../lab/network-lab.ts';
import { SERVER_PORT } from './client.ts';
import { program } from './programs.ts';

export interface StartOptions {
  readonly lab: NetworkLab;
  readonly side: 'client' | 'server';
  readonly words: readonly [string, ...string[]];
}

/** Resolves as soon as the program printed `ready`. */
export async function startReady({ lab, side, words }: StartOptions): Promise<ChildProcess> {
  const [command, ...args] = lab.inside(side, ...words);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = collectOutput(child);
  try {
    await waitFor(`${words.join(' ')} to be ready`, () => {
      if (child.exitCode !== null) throw new Error(`${words.join(' ')} ended: ${output().stderr}`);
      return output().stdout.includes('ready\n');
    });
  } catch (error) {
    await endChild(child, 'SIGKILL');
    throw error;
  }
  return child;
}

export function startServer(lab: NetworkLab): Promise<ChildProcess> {
  return startReady({ lab, side: 'server', words: [program('server'), String(SERVER_PORT)] });
}
