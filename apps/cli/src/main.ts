// Entry of `sallyport`: the process around run(). Signals, a reader that goes away, and the exit status.
import { run } from './run.ts';
import { safeText } from './view/safe-text.ts';

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 } as const;

const stopping = new AbortController();
let exitBySignal: number | undefined;

function stopBySignal(name: keyof typeof SIGNALS): void {
  // The second time somebody means it: no more waiting for an orderly end. The terminal is put back on exit.
  if (stopping.signal.aborted) process.exit(128 + SIGNALS[name]);
  exitBySignal = 128 + SIGNALS[name];
  stopping.abort();
  // Calls on their way to the agent need not be waited for; a session in the terminal has long put it back by then.
  setTimeout(() => process.exit(exitBySignal), 300).unref();
}

for (const name of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[])
  process.on(name, () => stopBySignal(name));

/** `sallyport history | head`: the reader has what it wanted, which is no failure. */
function endQuietly(failure: Error): void {
  if ('code' in failure && failure.code === 'EPIPE') process.exit(0);
  if ('code' in failure && failure.code === 'EIO') process.exit(128 + SIGNALS.SIGHUP);
  throw failure;
}
process.stdout.on('error', endQuietly);
process.stderr.on('error', () => undefined);

try {
  process.exitCode = await run(process.argv.slice(2), {
    environment: process.env,
    isTerminal: process.stdout.isTTY,
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    print: (line) => process.stdout.write(`${line}\n`),
    warn: (line) => process.stderr.write(`${line}\n`),
    stop: stopping.signal,
  });
} catch (failure) {
  const text = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
  process.stderr.write(`This is a fault of sallyport itself. Please report it with these lines:\n`);
  for (const line of text.split('\n')) process.stderr.write(`${safeText(line)}\n`);
  process.exitCode = 1;
}
if (exitBySignal !== undefined) process.exitCode = exitBySignal;
