// `sallyport web`: starts the desktop's web shell, a program of its own, and is it until it ends.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command, CommandContext, CommandInput } from '../command.ts';
import { CommandFailure, EXIT_CODES, wrongUsage } from '../exit-codes.ts';

const WEB_SHELL = fileURLToPath(new URL('../../../desktop/src/web/main.ts', import.meta.url));

export const web: Command = {
  words: ['web'],
  summary: 'show the desktop in a browser of this user on this machine',
  positionals: [],
  options: {
    port: {
      kind: 'value',
      placeholder: 'PORT',
      summary: 'listen on this port of the loopback addresses; a free one unless given',
    },
    open: { kind: 'flag', summary: 'open a window of an installed browser, and end when it is closed' },
  },
  details: [
    'Runs until it is stopped, or until no page was open for a while. Nothing listens before and after.',
    'The address that it prints opens one session, once and within a minute. In a terminal, Return prints a new one.',
    'Other users of this machine cannot connect, and neither can other sites that the browser has open.',
  ],
  json: 'one line, {url, untilMs, port, pid}',
  examples: ['sallyport web', 'sallyport web --open'],
  run: (context, input) => {
    const words = wordsOf(context, input);
    if (!existsSync(WEB_SHELL))
      throw new CommandFailure('refused', 'The desktop is not part of this installation.');
    return exitCodeOf([...process.execArgv, WEB_SHELL, ...words], context);
  },
};

function wordsOf({ json, socketPath }: CommandContext, { flags, values }: CommandInput): readonly string[] {
  const port = values.get('port');
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535))
    throw wrongUsage(`--port: "${port}" is not a port from 1 to 65535.`);
  return [
    ...(port === undefined ? [] : ['--port', port]),
    ...(flags.has('open') ? ['--open'] : []),
    ...(json ? ['--json'] : []),
    // The environment's socket must be root's; one that was named may be the caller's own.
    ...(values.has('socket') ? ['--socket', socketPath] : []),
  ];
}

/** The statuses of the web shell are those of commands, but for "no window", which is a failure here. */
function exitCodeOf(words: readonly string[], { stop }: CommandContext): Promise<number> {
  const child = spawn(process.execPath, words, { stdio: 'inherit' });
  const end = (): boolean => child.kill('SIGTERM');
  if (stop.aborted) end();
  stop.addEventListener('abort', end);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      stop.removeEventListener('abort', end);
      resolve(code === EXIT_CODES.done.code ? code : EXIT_CODES.refused.code);
    });
  });
}
