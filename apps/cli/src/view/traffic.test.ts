// Traffic as lines: three digits, a line for each flow, and foreign text as text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FlowTraffic } from '@sallyport/proto';
import { NOW_MS } from '../samples.ts';
import { chooseStyle } from './style.ts';
import { bytesText, trafficLines } from './traffic.ts';

const VIEW = {
  style: chooseStyle({ isTerminal: false, noColorOption: true, environment: {} }),
  nowMs: NOW_MS,
};
const FLOW: FlowTraffic = {
  ...{ id: 'f1', app: '/usr/bin/curl', path: '/usr/bin/curl', pid: 7, uid: 0, protocol: 'tcp' },
  ...{ direction: 'DIRECTION_OUT', localAddress: '10.0.0.2', localPort: 4000, address: '1.2.3.4', port: 443 },
  ...{ name: '', startedAtMs: NOW_MS, ended: false },
  traffic: { packetsOut: '1', bytesOut: '60', packetsIn: '2', bytesIn: '1500' },
};

test('bytes have at most three digits and the unit that fits', () => {
  const texts = [0, 999, 1000, 9949, 9950, 999_499, 999_500, 1e9, 1.5e15, 2e18].map(bytesText);
  const expected = [
    '0 B',
    '999 B',
    '1.0 kB',
    '9.9 kB',
    '10 kB',
    '999 kB',
    '1.0 MB',
    '1.0 GB',
    '1.5 PB',
    '2000 PB',
  ];
  assert.deepEqual(texts, expected);
});

test('a report is a line for each flow, with its end', () => {
  const lines = trafficLines({ atMs: 1, flows: [FLOW, { ...FLOW, ended: true }] }, VIEW).split('\n');
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? '', /traffic \/usr\/bin\/curl → 1\.2\.3\.4:443 TCP · out 60 B, in 1\.5 kB$/);
  assert.match(lines[1] ?? '', / · ended$/);
});

test('where nothing is open a line says so', () => {
  assert.match(trafficLines({ atMs: 1, flows: [] }, VIEW), /traffic: nothing is open$/);
});

test('a path cannot write to the terminal', () => {
  const text = trafficLines({ atMs: 1, flows: [{ ...FLOW, path: '/tmp/\u001b[2Jx\n' }] }, VIEW);
  assert.ok(!text.includes('\u001b') && !text.includes('\n'));
});
