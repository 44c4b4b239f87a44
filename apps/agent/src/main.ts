// sallyportd: reads its settings, starts the agent, and ends it in order on a signal.
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { readSettings, USAGE, UsageError } from './settings.ts';
import type { End } from './agent.ts';
import type { Settings } from './settings.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const STAYS_CLOSED =
  'ended by a fault in strict mode: its netfilter rules stay and drop new connections until the next start or --cleanup';

/** Resolves with the exit code when the agent has ended. Never rejects. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const settings = readSettings(args);
    if (settings === undefined) return print(USAGE);
    if (process.getuid?.() !== 0)
      throw new UsageError('the agent needs root: start it with npm start, or by sudo');
    return settings.cleanup ? await cleanUp(settings) : await run(settings);
  } catch (error) {
    process.stderr.write(`sallyportd: ${messageOf(error)}\n`);
    return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

async function cleanUp(settings: Settings): Promise<number> {
  const { cleanRuntimeDirectory } = await import('./platform/runtime-directory.ts');
  const { removeLeftovers } = await import('./firewall/leftovers.ts');
  cleanRuntimeDirectory(settings.runtimeDirectory);
  await removeLeftovers();
  return 0;
}

/** Resolves with the exit code once the agent has ended. */
async function run(settings: Settings): Promise<number> {
  const { startAgent, staysClosed } = await import('./agent.ts');
  const { createLog } = await import('./platform/log.ts');
  const log = createLog({ write: logWriter(settings.logFile), json: settings.logJson, nowMs: Date.now });
  const ended = Promise.withResolvers<End>();
  const fatal = (error: Error): void => {
    log.error('the agent cannot go on', { error: error.stack ?? error.message });
    ended.resolve('agentCrashed');
  };
  process.on('uncaughtException', fatal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => ended.resolve('agentStopped'));
  const agent = await startAgent({ settings, log, onFatal: fatal });
  log.info('filtering', {
    pid: process.pid,
    rules: settings.rulesDirectory,
    socket: settings.runtimeDirectory,
    strict: settings.strict,
    correlator: agent.correlator,
  });
  tellReady();
  const end = await ended.promise;
  await agent.stop(end);
  if (staysClosed(settings, end)) log.error(STAYS_CLOSED);
  else log.info('stopped; nothing of it is left in the kernel');
  return end === 'agentStopped' ? 0 : EXIT_FAILED;
}

/**
 * A line that cannot be written (nobody reads any more, the disk is full) is lost: a log must not end the firewall, nor keep it
 * from ending, which is what an error about an error about an error would do.
 */
function logWriter(file: string | undefined): (line: string) => void {
  if (file === undefined) {
    process.stderr.on('error', () => undefined);
    return (line) => process.stderr.write(line);
  }
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const descriptor = openSync(file, 'a', 0o600);
  return (line) => {
    try {
      writeSync(descriptor, line);
    } catch {
      // The next line is tried again.
    }
  };
}

/** Tells who started us, by the descriptor named in SALLYPORT_READY_FD, that packets are filtered and clients can connect. */
function tellReady(): void {
  const descriptor = Number(process.env['SALLYPORT_READY_FD'] ?? 'none');
  if (!Number.isInteger(descriptor)) return;
  try {
    writeSync(descriptor, 'READY\n');
    closeSync(descriptor);
  } catch {
    // Nobody waits at the other end any more.
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
