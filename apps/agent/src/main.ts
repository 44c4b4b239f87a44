// sallyportd: reads its settings, starts the agent, and ends it in order on a signal.
import { createWriteStream, mkdirSync, closeSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { enableCompileCache } from 'node:module';
import { readSettings, USAGE, UsageError } from './settings.ts';
import type { Settings } from './settings.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

enableCompileCache();
process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
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
  const { removeLeftovers } = await import('./firewall/firewall.ts');
  cleanRuntimeDirectory(settings.runtimeDirectory);
  await removeLeftovers();
  return 0;
}

/** Resolves with the exit code once the agent has ended. */
async function run(settings: Settings): Promise<number> {
  const { startAgent } = await import('./agent.ts');
  const { createLog } = await import('./platform/log.ts');
  const log = createLog({ write: logWriter(settings.logFile), json: settings.logJson, nowMs: Date.now });
  const end = Promise.withResolvers<number>();
  const fatal = (error: Error): void => {
    log.error('the agent cannot go on and stops filtering', { error: error.stack ?? error.message });
    end.resolve(EXIT_FAILED);
  };
  process.on('uncaughtException', fatal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end.resolve(0));
  const agent = await startAgent({ settings, log, onFatal: fatal });
  log.info('filtering', {
    pid: process.pid,
    rules: settings.rulesDirectory,
    socket: settings.runtimeDirectory,
    strict: settings.strict,
  });
  tellReady();
  const exitCode = await end.promise;
  await agent.stop();
  log.info('stopped; nothing of it is left in the kernel');
  return exitCode;
}

function logWriter(file: string | undefined): (line: string) => void {
  if (file === undefined) return (line) => process.stderr.write(line);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const stream = createWriteStream(file, { flags: 'a', mode: 0o600 });
  return (line) => stream.write(line);
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
