// A child process that stands in for this one: it gets this process's signals, and this process ends as it ended.
import { constants } from 'node:os';

const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGCONT'];
// A terminal sends these to every process in its foreground group, so the child has them already.
const FROM_TERMINAL = ['SIGINT', 'SIGQUIT'];

/** Passes signals on while the child lives. Without a terminal SIGINT and SIGQUIT are passed on as well. */
export function forwardSignals(child, isTerminal = process.stdin.isTTY === true) {
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
  for (const signal of FROM_TERMINAL) process.on(signal, () => isTerminal || child.kill(signal));
}

/** 128 + n for signal n, as shells have it. */
export function exitCodeFor(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0);
}

/** Resolves with the exit code of a child that ends or cannot be started (127, with a message on stderr). */
export function exitCodeOf(child) {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`${error.message}\n`);
      resolve(127);
    });
    child.on('exit', (code, signal) => resolve(exitCodeFor(code, signal)));
  });
}
