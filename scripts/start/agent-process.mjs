// The agent as a child process: started, waited for, stopped, and cleaned up after when it did not end by itself.
// It runs in a session of its own, so that Ctrl-C reaches the front end and not the agent.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { AGENT_NODE_FLAGS } from '../../apps/agent/node-flags.mjs';
import { nodeBinary, rootFolder } from '../setup/privileges.mjs';
import { exitCodeFor } from '../setup/child.mjs';

const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
const CLEANUP_TIMEOUT_MS = 10_000;
// The agent writes "READY\n" to this descriptor as soon as its socket answers.
const READY_FD = 3;

/** `log` is a file descriptor, or 'inherit'. `main` can be another file for tests. */
export class AgentProcess {
  #log;
  #main;
  #child;
  /** Resolves with the exit code when the agent has ended, for whatever reason. */
  ended;

  constructor({ log, main = join(rootFolder, 'apps/agent/sallyportd.mjs') }) {
    this.#log = log;
    this.#main = main;
  }

  /** Resolves with 'ready', 'ended' (the agent gave up by itself) or 'timeout'. */
  async start(agentArguments) {
    const log = this.#log === 'inherit' ? 2 : this.#log;
    this.#child = spawn(nodeBinary, [...AGENT_NODE_FLAGS, this.#main, ...agentArguments], {
      stdio: ['ignore', log, log, 'pipe'],
      env: { ...process.env, SALLYPORT_READY_FD: String(READY_FD) },
      detached: true,
    });
    this.ended = new Promise((resolve) => {
      this.#child.on('error', () => resolve(127));
      this.#child.on('exit', (code, signal) => resolve(exitCodeFor(code, signal)));
    });
    return Promise.race([
      this.#readyLine(),
      this.ended.then(() => 'ended'),
      after(READY_TIMEOUT_MS, 'timeout'),
    ]);
  }

  #readyLine() {
    return new Promise((resolve) => {
      let text = '';
      const pipe = this.#child.stdio[READY_FD];
      pipe.on('error', () => {});
      pipe.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
        if (text.includes('READY\n')) resolve('ready');
      });
    });
  }

  /** SIGTERM and a wait; resolves true where the agent ended in order, false where it had to be killed. */
  async stop() {
    this.#child.kill('SIGTERM');
    const code = await Promise.race([this.ended, after(STOP_TIMEOUT_MS, 'timeout')]);
    if (code === 0) return true;
    this.#child.kill('SIGKILL');
    await this.ended;
    return false;
  }

  /** Removes what a killed or crashed agent left in the kernel and in /run. Resolves true where that worked. */
  cleanUp() {
    const log = this.#log === 'inherit' ? 2 : this.#log;
    const child = spawn(nodeBinary, [...AGENT_NODE_FLAGS, this.#main, '--cleanup'], {
      stdio: ['ignore', log, log],
      timeout: CLEANUP_TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    return new Promise((resolve) => {
      child.on('error', () => resolve(false));
      child.on('exit', (code) => resolve(code === 0));
    });
  }
}

/** Resolves with `value` after so long, without keeping the process alive. */
export function after(delayMs, value) {
  return new Promise((resolve) => setTimeout(resolve, delayMs, value).unref());
}
