import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOW_MS, sampleRecord } from '../samples.ts';
import { historyLine } from './history.ts';
import { chooseStyle } from './style.ts';

const VIEW = {
  style: chooseStyle({ isTerminal: false, noColorOption: true, environment: {} }),
  nowMs: NOW_MS,
};

test('a record is one line with its verdict and why', () => {
  const line = historyLine(sampleRecord(), VIEW);
  assert.match(
    line,
    /allow \/usr\/bin\/curl → 1\.2\.3\.4:443 \(example\.com\) TCP · rule curl-1\.2\.3\.4-443$/,
  );
});

test('what comes in points the other way, and names the port of this machine', () => {
  const record = sampleRecord({ direction: 'DIRECTION_IN', address: '10.0.0.7', port: 22, name: '' });
  assert.match(historyLine(record, VIEW), /allow \/usr\/bin\/curl ← 10\.0\.0\.7 on port 22 TCP · /);
});

test('flows that were only counted are said with the one that stands for them', () => {
  assert.match(historyLine(sampleRecord({ alike: '19968' }), VIEW), /· rule \S+ · and 19968 more like it$/);
});

test('flows to very many ends have one record, which names none of them', () => {
  const ends = { address: '', port: 0, name: '', protocol: '', alike: '4711' };
  assert.match(
    historyLine(sampleRecord(ends), VIEW),
    /allow \/usr\/bin\/curl → many addresses · rule \S+ · and 4711 more like it$/,
  );
});

test('what a flow carried is said in few digits', () => {
  const traffic = { packetsOut: '3', bytesOut: '812', packetsIn: '9', bytesIn: '23456789' };
  assert.match(historyLine(sampleRecord({ traffic }), VIEW), /· rule \S+ · out 812 B, in 23 MB$/);
});

test('a deny that applies because the program is not known says so in words', () => {
  const reason = 'rule no-curl (program not known)';
  const line = historyLine(sampleRecord({ action: 'ACTION_DENY', app: 'unknown', path: '', reason }), VIEW);
  assert.match(
    line,
    /deny {2}unknown → .* · its program is not known, so the deny rule no-curl applies to it$/,
  );
});

test('a reason that only looks like one of ours is printed as it is, without control characters', () => {
  const line = historyLine(sampleRecord({ reason: 'rule a b (program not known)\u001b[2J' }), VIEW);
  assert.match(line, /· rule a b \(program not known\)\\\S+\[2J$/);
});

test('a flow that a changed rule cut says so in words', () => {
  const line = historyLine(sampleRecord({ action: 'ACTION_DENY', reason: 'rule no-curl (cut)' }), VIEW);
  assert.match(line, /· it was open and was cut when the rule no-curl began to deny it$/);
});

test('a packet socket has no endpoint to print', () => {
  const record = sampleRecord({ protocol: 'packet', address: '', port: 0, name: '' });
  assert.match(historyLine(record, VIEW), /allow \/usr\/bin\/curl → raw packets · /);
});
