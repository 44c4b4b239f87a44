import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isIP } from 'node:net';
import { readResolvers } from './resolvers.ts';

let directory: string;
before(() => (directory = mkdtempSync(join(tmpdir(), 'sallyport-resolvers-'))));
after(() => rmSync(directory, { recursive: true }));

test('name servers of all files are read, each once, without zones, comments and what is no address', () => {
  const one = join(directory, 'one');
  writeFileSync(
    one,
    '# nameserver 9.9.9.9\nsearch home\nnameserver 127.0.0.53\n  nameserver fe80::1%eth0\nnameserver dns.example\nnameservers 1.1.1.1\n',
  );
  const other = join(directory, 'other');
  writeFileSync(other, 'nameserver\t192.0.2.1 # here\nnameserver 127.0.0.53');
  assert.deepEqual(readResolvers([one, other]), ['127.0.0.53', 'fe80::1', '192.0.2.1']);
});

test('a file that is not there names no servers', () => {
  assert.deepEqual(readResolvers([join(directory, 'none'), directory]), []);
});

test("this machine's own are addresses", () => {
  for (const address of readResolvers()) assert.notEqual(isIP(address), 0, address);
});
