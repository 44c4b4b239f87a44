// The picture of a bench run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chart } from './chart.ts';

const bar = (name: string, value: number) => ({
  name,
  value,
  label: `${value} us`,
  isOurs: name === 'known',
});

test('bars are as long as their values, and none is invisible', () => {
  const text = chart(
    [{ title: 'connect()', bars: [bar('none', 10), bar('known', 20), bar('x', 0.001)] }],
    'here',
  );
  const widths = [...text.matchAll(/<rect class="bar[^"]*" x="\d+" y="\d+" width="([\d.]+)"/g)].map(
    ([, width]) => Number(width),
  );
  assert.equal(widths.length, 3);
  assert.ok(Math.abs((widths[1] ?? 0) / (widths[0] ?? 1) - 2) < 0.01);
  assert.equal(widths[2], 1);
});

test('names are text, whatever is in them', () => {
  const text = chart([{ title: '<a & "b">', bars: [bar('<script>', 1)] }], 'a < b');
  assert.ok(
    !text.includes('<script>') && text.includes('&lt;script') && text.includes('&lt;a &amp; &quot;b&quot;>'),
  );
});
