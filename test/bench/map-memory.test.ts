// A descriptor of a map, as fdinfo shows it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMap } from './map-memory.ts';

test('a map has its number and what it takes', () => {
  const text =
    'pos:\t0\nflags:\t02000002\nmap_type:\t9\nmax_entries:\t65536\nmemlock:\t12582912\nmap_id:\t7\nfrozen:\t0\n';
  assert.deepEqual(readMap(text), { id: 7, bytes: 12_582_912 });
});

test('another descriptor is none', () => {
  assert.equal(readMap('pos:\t0\nflags:\t02\nmnt_id:\t13\nino:\t7\n'), undefined);
  assert.equal(readMap('prog_type:\t8\nmemlock:\t4096\nprog_id:\t3\n'), undefined);
});
