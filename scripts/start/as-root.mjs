// How `npm start` of an ordinary user becomes root: the same script once more, through sudo. sudo passes no descriptor but
// stdio and this process may not signal what root runs, so a socket is the lifeline: when it closes, the root side stops in order.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodeOf } from '../setup/child.mjs';
import { SetupFailure } from '../setup/failure.mjs';
import { asRoot, nodeBinary, rootAccess } from '../setup/privileges.mjs';
import { carryingWords } from './display.mjs';

const OPTION = '--lifeline=';

/** Splits this script's own first argument from those for the agent. */
export function splitLifeline(words) {
  const [first, ...rest] = words;
  return first?.startsWith(OPTION)
    ? { lifeline: first.slice(OPTION.length), agentArguments: rest }
    : { lifeline: undefined, agentArguments: words };
}

/** Runs `script` as root with the same arguments; resolves with its exit code when it has ended. */
export async function startAsRoot(script, agentArguments) {
  const access = rootAccess();
  if (access === undefined) {
    throw new SetupFailure('The agent runs as root.', {
      happened:
        'This user is not root, and sudo is missing or needs a password without a terminal to ask for it.',
      remedy: 'Run `npm start` as root, or as a user with sudo.',
    });
  }
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-start-'));
  const path = join(folder, 'lifeline');
  const sockets = new Set();
  const server = createServer((socket) => sockets.add(socket.on('error', () => {}).resume()));
  await new Promise((resolve) => server.listen(path, resolve));
  const release = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.on(signal, release);
  const words = [...carryingWords(), nodeBinary, script, OPTION + path, ...agentArguments];
  const [command, ...rest] = asRoot(access, words);
  const code = await exitCodeOf(spawn(command, rest, { stdio: 'inherit' }));
  release();
  rmSync(folder, { recursive: true, force: true });
  return code;
}

/** Calls `onClose` once when the lifeline is cut, or could not be reached at all. */
export function holdLifeline(path, onClose) {
  connect(path)
    .on('error', () => {})
    .on('close', onClose)
    .resume()
    .unref();
}
