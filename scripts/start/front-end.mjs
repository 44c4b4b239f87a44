// One front end, as the person who asked for it. One that crashes is started again a few times.
import { spawn } from 'node:child_process';
import { environmentFor } from '../setup/privileges.mjs';
import { exitCodeFor } from '../setup/child.mjs';
import { say } from '../setup/progress.mjs';
import { after } from './agent-process.mjs';
import { wordsFor } from './front-end-choice.mjs';
import { RestartBudget } from './restart-budget.mjs';

const STOP_TIMEOUT_MS = 3_000;
// 0: the person left, with `q` or by closing the window; 130: with Ctrl-C.
const LEFT = new Set([0, 130]);
// EXIT_CODES.noWindow of apps/desktop/src/web/run-web.ts: to try once more is of no use.
const UNFIT = 3;

/** `account` is the invoking user of sudo, or undefined; `session` holds the variables of a graphical session. */
export class FrontEnd {
  #attempt;
  #account;
  #session;
  #child;
  #stopping = false;
  #budget = new RestartBudget({ limit: 3, windowMs: 60_000 });

  constructor(attempt, { account, session = {} }) {
    this.#attempt = attempt;
    this.#account = account;
    this.#session = session;
  }

  /** Resolves with 'left' when the person ended it or it was stopped, 'unfit' or 'crashed' when restarts are of no use. */
  async run() {
    while (!this.#stopping) {
      const code = await this.#runOnce();
      if (this.#stopping || LEFT.has(code)) return 'left';
      if (code === UNFIT) return 'unfit';
      if (!this.#budget.take(Date.now())) return 'crashed';
      say(`The front end ended with code ${code}; starting it again.`);
    }
    return 'left';
  }

  #runOnce() {
    const account = this.#account;
    const [command, ...words] = wordsFor(this.#attempt, account);
    const base = account === undefined ? process.env : environmentFor(account);
    this.#child = spawn(command, words, {
      stdio: 'inherit',
      env: { ...base, ...this.#session },
      ...(account && { uid: account.uid, gid: account.gid }),
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

/** Front ends in order: one that cannot be used gives way to the next. */
export class FrontEnds {
  #frontEnds;
  #titles;
  #current = 0;
  #stopped = false;

  constructor(attempts, options) {
    this.#titles = attempts.map(({ title }) => title);
    this.#frontEnds = attempts.map((attempt) => new FrontEnd(attempt, options));
  }

  /** Resolves with 'left', or with 'crashed' when none of them can be used. */
  async run() {
    for (; this.#current < this.#frontEnds.length; this.#current++) {
      const how = await this.#frontEnds[this.#current].run();
      if (how === 'left' || this.#stopped) return 'left';
      const next = this.#titles[this.#current + 1];
      if (next !== undefined) say(`Front end: ${next}, because ${this.#titles[this.#current]} failed.`);
    }
    return 'crashed';
  }

  async stop(ended, options) {
    this.#stopped = true;
    await this.#frontEnds[this.#current]?.stop(ended, options);
  }
}
