// The prompts in this terminal, as the person who sits there. A front end that crashes is started again a few times.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { nodeFlags } from '../setup/node.mjs';
import { environmentFor, nodeBinary, rootFolder } from '../setup/privileges.mjs';
import { exitCodeFor } from '../setup/child.mjs';
import { say } from '../setup/progress.mjs';
import { after } from './agent-process.mjs';
import { RestartBudget } from './restart-budget.mjs';

const STOP_TIMEOUT_MS = 3_000;
// 0: the person left with `q`; 130: with Ctrl-C.
const LEFT = new Set([0, 130]);

/** `account` is the invoking user of sudo, or undefined; `main` can be another file for tests. */
export class FrontEnd {
  #account;
  #main;
  #child;
  #stopping = false;
  #budget = new RestartBudget({ limit: 3, windowMs: 60_000 });

  constructor({ account, main = join(rootFolder, 'apps/cli/src/main.ts') }) {
    this.#account = account;
    this.#main = main;
  }

  /** Resolves with 'left' when the person ended it or it was stopped, with 'crashed' when restarts were of no use. */
  async run() {
    for (;;) {
      const code = await this.#runOnce();
      if (this.#stopping || LEFT.has(code)) return 'left';
      if (!this.#budget.take(Date.now())) return 'crashed';
      say(`The front end ended with code ${code}; starting it again.`);
    }
  }

  #runOnce() {
    const account = this.#account;
    this.#child = spawn(nodeBinary, [...nodeFlags, this.#main, 'prompts'], {
      stdio: 'inherit',
      ...(account && { uid: account.uid, gid: account.gid, env: environmentFor(account) }),
    });
    return new Promise((resolve) => {
      this.#child.on('error', () => resolve(127));
      this.#child.on('exit', (code, signal) => resolve(exitCodeFor(code, signal)));
    });
  }

  /** Ends it. `hasSignal`: the terminal has told it already (Ctrl-C), so it first gets time to leave by itself. */
  async stop(ended, { hasSignal }) {
    this.#stopping = true;
    if (!hasSignal) this.#child?.kill('SIGTERM');
    const first = await Promise.race([ended, after(STOP_TIMEOUT_MS, 'timeout')]);
    if (first !== 'timeout') return;
    this.#child?.kill('SIGKILL');
    await ended;
  }
}
