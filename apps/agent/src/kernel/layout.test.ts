// The object that is built fits the generated readers, and one that does not is refused with what to do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openObject } from 'bpf-loader-napi';
import type { BpfObject } from 'bpf-loader-napi';
import { SOCKET_RECORD_SIZE } from './gen/structs.ts';
import { checkLayouts } from './layout.ts';

const OBJECT = fileURLToPath(new URL('../../../../bpf/build/sallyport.bpf.o', import.meta.url));
const needsRoot = process.getuid?.() === 0 ? false : 'needs root: run sudo npm test';

test('the built object fits', { skip: needsRoot }, (context) => {
  const object = openObject(OBJECT);
  context.after(() => object.close());
  object.load();
  checkLayouts(object);
});

test('a kernel that refuses to count takes the rest', { skip: needsRoot }, (context) => {
  const object = openObject(OBJECT);
  context.after(() => object.close());
  for (const name of ['traffic_out', 'traffic_in']) object.program(name).setAutoload(false);
  object.load();
  checkLayouts(object);
});

test('an object with other structs is refused, with both sizes and what to do', () => {
  const map = { name: 'owners', keySize: 8, valueSize: SOCKET_RECORD_SIZE + 8 };
  const other = { path: '/somewhere/else.bpf.o', maps: () => [map] } as unknown as BpfObject;
  assert.throws(
    () => checkLayouts(other),
    /else\.bpf\.o .* map owners .* of \d+ bytes, expected 8 and \d+\. Rebuild both/,
  );
});
