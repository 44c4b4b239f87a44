// What the bench makes of its command line.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readOptions, UsageError } from './options.ts';

describe('options of the bench', () => {
  for (const args of [
    [],
    ['fast'],
    ['idle', 'held'],
    ['connect', '--rounds', '4'],
    ['connect', '--modes', 'none,some'],
  ]) {
    test(`'${args.join(' ')}' is refused`, () => {
      assert.throws(() => readOptions(args), UsageError);
    });
  }

  test('more connects than the server can queue are refused', () => {
    assert.throws(() => readOptions(['connect', '--connects', '5000']), /from 10 to 4000/);
  });

  test('modes keep their own order, whatever order they are given in', () => {
    assert.deepEqual(readOptions(['connect', '--modes', 'rule,none'])?.modes, ['none', 'rule']);
  });

  test('help asks for nothing else', () => {
    assert.equal(readOptions(['--help']), undefined);
  });
});
