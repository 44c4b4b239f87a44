// Runs one command for the scripts and keeps its output, so that a failure can show what the command said.
import { spawn } from 'node:child_process';

/**
 * Resolves when the command has ended; never rejects. A command that could not be started has code 127.
 * Options: cwd, env, uid, gid; `onOutput(text)` sees both streams as they come.
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runCommand(command, commandArguments, options = {}) {
  const { onOutput, ...spawnOptions } = options;
  return new Promise((resolve) => {
    let output = '';
    const keep = (text) => {
      output = (output + text).slice(-200_000);
      onOutput?.(text);
    };
    const child = spawn(command, commandArguments, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', keep);
    child.on('error', (error) => resolve({ code: 127, output: `${output}${command}: ${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** The last lines of a command's output, indented for quoting. */
export function outputTail(output, lines = 15) {
  const kept = output.trimEnd().split('\n').slice(-lines);
  return kept.map((line) => `    ${line}`).join('\n');
}

/** A command as a person can paste it into a shell. */
export function shellText(words) {
  return words
    .map((word) => (/^[\w@%+=:,./#-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
