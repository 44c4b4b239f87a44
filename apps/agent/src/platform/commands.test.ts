import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand } from './commands.ts';

test('a command gets its input and arguments as they are, and its output and exit code come back', async () => {
  const script = 'cat; printf %s "$1"; echo told >&2; exit 3';
  assert.deepEqual(await runCommand('/bin/sh', { args: ['-c', script, 'sh', '$HOME;'], input: 'in\n' }), {
    exitCode: 3,
    stdout: 'in\n$HOME;',
    stderr: 'told\n',
  });
});

test('a command that is not installed is an outcome, not a fault', async () => {
  const { exitCode, stderr } = await runCommand('no-such-command-here', { args: [] });
  assert.deepEqual([exitCode, stderr], [127, 'no-such-command-here: not installed']);
});

test('a command that ends without reading its input, or by a signal, has an exit code all the same', async () => {
  const input = 'x'.repeat(1_000_000);
  assert.equal((await runCommand('/bin/true', { args: [], input })).exitCode, 0);
  assert.equal((await runCommand('/bin/sh', { args: ['-c', 'kill -9 $$'] })).exitCode, 128);
});
