import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { COMMANDS } from '../commands/table.ts';
import { CommandFailure } from '../exit-codes.ts';
import { nearest } from './nearest.ts';
import { parseInvocation } from './parse.ts';

function refusal(...typed: string[]): string {
  try {
    parseInvocation(typed, COMMANDS);
  } catch (failure) {
    assert.ok(failure instanceof CommandFailure);
    assert.equal(failure.exit, 'usage');
    return failure.message;
  }
  return assert.fail(`${typed.join(' ')} was not refused`);
}

describe('what is refused', () => {
  test('an unknown command is named with the nearest one', () => {
    assert.equal(refusal('statsu'), 'Unknown command "statsu". Did you mean status?');
  });
  test('a word that is like none gets no suggestion', () => {
    assert.equal(refusal('frobnicate'), 'Unknown command "frobnicate".');
  });
  test('a family without its second word names the words', () => {
    assert.match(refusal('rules'), /"rules" needs one more word: list, show, add/);
  });
  test('an unknown option is named with its command and the nearest option', () => {
    assert.equal(
      refusal('rules', 'add', '--allwo'),
      'Unknown option --allwo of "rules add". Did you mean --allow?',
    );
  });
  test('an option without its value is refused, also when another option follows', () => {
    assert.equal(refusal('history', '--app'), '--app needs a value: --app APP');
    assert.equal(refusal('history', '--app', '--json'), '--app needs a value: --app APP');
    assert.equal(refusal('history', '--app='), '--app needs a value: --app APP');
  });
  test('a flag with a value is refused', () => {
    assert.equal(refusal('status', '--json=yes'), '--json takes no value.');
  });
  test('a value that is no choice is refused with the choices', () => {
    assert.equal(
      refusal('history', '--action', 'alow'),
      '--action: "alow" is not one of allow, deny. Did you mean allow?',
    );
  });
  test('an option that takes one value is not overwritten by a second one', () => {
    assert.equal(refusal('history', '--app', 'a', '--app', 'b'), '--app is given twice.');
  });
  test('a missing argument and one too many are refused', () => {
    assert.equal(refusal('undo'), '"undo" needs TOKEN.');
    assert.equal(refusal('status', 'now'), '"status" does not take "now".');
  });
  test('a name of Object.prototype is no option', () => {
    assert.match(refusal('status', '--constructor'), /^Unknown option --constructor/);
    assert.match(refusal('status', '--__proto__=1'), /^Unknown option --__proto__/);
  });
});

describe('what is understood', () => {
  test('the longest command wins, and global options may stand before it', () => {
    const { command, input } = parseInvocation(['--json', '--socket', '/x', 'prompts', 'list'], COMMANDS);
    assert.deepEqual(command.words, ['prompts', 'list']);
    assert.ok(input.flags.has('json'));
    assert.equal(input.values.get('socket'), '/x');
  });
  test('a negative number is a value', () => {
    const { input } = parseInvocation(['rules', 'add', '--priority', '-5'], COMMANDS);
    assert.equal(input.values.get('priority'), '-5');
  });
  test('a list option gathers its values in order', () => {
    const { input } = parseInvocation(['rules', 'add', '--to', 'a', '--to', 'b'], COMMANDS);
    assert.deepEqual(input.lists.get('to'), ['a', 'b']);
  });
  test('after -- everything is an argument', () => {
    const { input } = parseInvocation(['rules', 'remove', '--', '--odd-id'], COMMANDS);
    assert.deepEqual(input.positionals, ['--odd-id']);
  });
});

test('any words are either understood or refused as wrong usage', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom('rules', 'add', 'prompts', '--json', '--app', '-h', '--', '--to=x', '-', '--socket'),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), (typed) => {
      try {
        parseInvocation(typed, COMMANDS);
      } catch (failure) {
        assert.ok(failure instanceof CommandFailure, String(failure));
      }
    }),
  );
});

test('the table names each command once, and every option with a summary', () => {
  const names = COMMANDS.map((command) => command.words.join(' '));
  assert.equal(new Set(names).size, names.length);
  for (const command of COMMANDS)
    for (const [name, spec] of Object.entries(command.options)) assert.notEqual(spec.summary, '', name);
});

describe('nearest', () => {
  test('a swap of neighbours is one edit', () =>
    assert.equal(nearest('hsitory', ['history', 'help']), 'history'));
  test('a beginning is completed', () =>
    assert.equal(nearest('compl', ['completion', 'mode']), 'completion'));
  test('what is far from everything has none', () =>
    assert.equal(nearest('xyz', ['status', 'mode']), undefined));
  test('a very long word costs nothing', () => assert.equal(nearest('a'.repeat(1e6), ['status']), undefined));
});
