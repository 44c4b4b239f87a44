// Which group id /etc/group gives.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { groupId, groupIdIn } from './group.ts';

test('the id of the named group, and of no other with a similar name', () => {
  const text = 'root:x:0:\nsallyport-users:x:7:\nmy:sallyport:8:\nsallyport:x:990:ada,bob\n';
  assert.equal(groupIdIn(text, 'sallyport'), 990);
  assert.equal(groupIdIn(text, 'nobody'), undefined);
});

test('a line that is not complete gives no id, and certainly not root', () => {
  for (const line of [
    'sallyport',
    'sallyport:x',
    'sallyport:x:',
    'sallyport:x:abc',
    'sallyport:x:-1',
    'sallyport:x: 0',
  ])
    assert.equal(groupIdIn(line, 'sallyport'), undefined);
});

test('any text gives an id of digits or none', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('sallyport', ':', '\n', '1', 'x') }), (text) => {
      const id = groupIdIn(text, 'sallyport');
      assert.ok(id === undefined || Number.isSafeInteger(id));
    }),
  );
});

test('a file that cannot be read gives no id', () => {
  assert.equal(groupId('root', '/nonexistent'), undefined);
  assert.equal(groupId('root'), 0);
});
