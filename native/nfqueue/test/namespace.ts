// Runs a test body in a process and a network namespace of its own, which end together: nothing is left behind, and a body that
// leaves a handle open never ends and so fails.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { deepEqual } from 'node:assert/strict';

const scenario = process.env['NFQUEUE_SCENARIO'];
export const timeoutMs = Number(process.env['NFQUEUE_TEST_TIMEOUT_MS'] ?? 60_000);
const isRoot = process.getuid?.() === 0;

/** Registers a test whose body runs as root behind `unshare --net`, with lo up. `file` is import.meta.filename. */
export function namespaceTest(name: string, file: string, body: () => Promise<void>): void {
  if (scenario === undefined) {
    test(name, { skip: isRoot ? false : 'needs root: run sudo npm test' }, () => runInNamespace(name, file));
  } else if (scenario === name) {
    run('ip', 'link', 'set', 'lo', 'up');
    // Ends at once, because a queue that the failed body left open would keep the process alive.
    body().catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  }
}

async function runInNamespace(name: string, file: string): Promise<void> {
  const nodeArguments = ['--expose-gc', '--disable-warning=ExperimentalWarning', file];
  const child = spawn('unshare', ['--net', process.execPath, ...nodeArguments], {
    env: { ...process.env, NFQUEUE_SCENARIO: name, NODE_TEST_CONTEXT: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  const [standardOutput, standardError] = await output;
  if (code !== 0) console.error(standardOutput + standardError);
  deepEqual(
    { code, signal },
    { code: 0, signal: null },
    `the scenario ended badly: ${standardError.slice(0, 2000)}`,
  );
}

export function run(command: string, ...commandArguments: readonly string[]): string {
  return execFileSync(command, commandArguments, { encoding: 'utf8' });
}
