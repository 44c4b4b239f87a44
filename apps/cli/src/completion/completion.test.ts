import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { COMMANDS } from '../commands/table.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

function hasShell(name: string): boolean {
  return spawnSync(name, ['-c', 'true']).status === 0;
}

/** What bash would offer for the last of these words. */
function offered(...words: readonly string[]): readonly string[] {
  const script = `${bashCompletion(COMMANDS)}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sallyport; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync('bash', ['-c', script, 'bash', 'sallyport', ...words], { encoding: 'utf8' });
  return output.split('\n').filter((word) => word !== '');
}

describe('completion in bash', { skip: hasShell('bash') ? false : 'needs bash' }, () => {
  test('is a script without errors', () => {
    execFileSync('bash', ['-n'], { input: bashCompletion(COMMANDS) });
  });
  test('offers commands, then their second words', () => {
    assert.deepEqual(offered('ru'), ['rules']);
    assert.deepEqual(offered('rules', 'e'), ['enable', 'export']);
  });
  test('offers the options of the command and of all commands', () => {
    assert.deepEqual(offered('rules', 'add', '--a'), ['--app', '--any-app', '--allow']);
    assert.deepEqual(offered('rules', 'import', '--'), [
      '--partial',
      '--json',
      '--socket',
      '--no-color',
      '--help',
    ]);
  });
  test('offers the values of an option, also after an option with a value of its own', () => {
    assert.deepEqual(offered('history', '--action', ''), ['allow', 'deny']);
    assert.deepEqual(offered('--socket', '/x', 'prompts', 'answer', 'p1', '--scope', 'a'), [
      'address',
      'app',
    ]);
  });
  test('offers fixed arguments, and files where files are meant', () => {
    assert.deepEqual(offered('mode', 'p'), ['pause']);
    assert.deepEqual(offered('rules', 'import', '/etc/hostn'), ['/etc/hostname']);
  });
});

test('completion in zsh is a script without errors', { skip: hasShell('zsh') ? false : 'needs zsh' }, () => {
  execFileSync('zsh', ['-n'], { input: zshCompletion(COMMANDS) });
});

test(
  'completion in fish is a script without errors',
  { skip: hasShell('fish') ? false : 'needs fish' },
  () => {
    // A file: where standard input is a socket, as it is for a child of Node, fish cannot open /dev/stdin.
    const file = join(mkdtempSync(join(tmpdir(), 'sallyport-fish-')), 'sallyport.fish');
    writeFileSync(file, fishCompletion(COMMANDS));
    execFileSync('fish', ['--no-execute', file]);
    rmSync(dirname(file), { recursive: true });
  },
);

test('every script names every command word and option', () => {
  for (const script of [bashCompletion(COMMANDS), zshCompletion(COMMANDS), fishCompletion(COMMANDS)])
    for (const command of COMMANDS)
      for (const word of [...command.words, ...Object.keys(command.options)])
        assert.ok(script.includes(word), word);
});

test('the scripts for zsh and fish are quoted like shell text', () => {
  // Every single-quoted string of theirs is closed: bash reads the same quoting, without knowing the commands.
  execFileSync('bash', ['-n'], { input: zshCompletion(COMMANDS).replaceAll(/\$\{\(@\)[^}]*\}/g, 'x') });
  for (const line of fishCompletion(COMMANDS).split('\n'))
    assert.equal(line.replaceAll(/\\\\|\\'/g, '').split("'").length % 2, 1, line);
});
