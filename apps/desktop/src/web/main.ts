// Entry of the web shell, as `sallyport web` and `npm start` run it: signals, output and exit status around runWeb().
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { preferencesPath } from '../host/preferences-file.ts';
import { parseOptions } from './options.ts';
import { EXIT_CODES, runWeb } from './run-web.ts';

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
// Whoever read what we print may be gone; the pages are what matters.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

const options = parseOptions(process.argv.slice(2));
if (typeof options === 'string') {
  process.stderr.write(`${options}\n`);
  process.exitCode = EXIT_CODES.usage;
} else {
  process.exitCode = await runWeb(options, {
    folder: join(import.meta.dirname, '../../build/renderer'),
    environment: process.env,
    browsers: {
      folders: (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
      home: process.env['HOME'] ?? userInfo().homedir,
    },
    preferencesFile: preferencesPath(process.env),
    json: options.json,
    print: (line) => process.stdout.write(`${line}\n`),
    warn: (line) => process.stderr.write(`${line}\n`),
    keys: process.stdin.isTTY && process.stdout.isTTY ? process.stdin : undefined,
    stop: stopping.signal,
  });
  // A terminal's stdin would keep the process.
  process.stdin.destroy();
}
