// The netfilter rules as text, and what is noticed when somebody else changes them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { difference, installText, readState, removeText } from './chain.ts';
import { outgoingChain } from './chains.ts';

const OPTIONS = {
  ...{ queue: 7, bypass: true, establishedProgram: '/run/p/e' },
  ...{ unknownProgram: '/run/p/u', deniedProgram: '/run/p/d' },
};
const CHAIN = outgoingChain(OPTIONS);
const LISTING = `-P PREROUTING ACCEPT
-P OUTPUT ACCEPT
-N SALLYPORT
-A OUTPUT -j SALLYPORT
-A OUTPUT -j ACCEPT
-A SALLYPORT -m bpf --object-pinned /run/p/u -j RETURN
-A SALLYPORT -j NFQUEUE --queue-num 7 --queue-bypass
`;
const INSTALLED = readState(CHAIN, LISTING);

test('one transaction makes the chain and puts the jump first, whatever was there', () => {
  assert.deepEqual(installText(CHAIN, 2).trim().split('\n'), [
    '*raw',
    ':SALLYPORT - [0:0]',
    '-A SALLYPORT -p tcp ! --syn -m bpf --object-pinned /run/p/e -j RETURN',
    '-A SALLYPORT -m bpf --object-pinned /run/p/u -j RETURN',
    '-A SALLYPORT -m bpf --object-pinned /run/p/d -j DROP',
    '-A SALLYPORT -j NFQUEUE --queue-num 7 --queue-bypass',
    '-D OUTPUT -j SALLYPORT',
    '-D OUTPUT -j SALLYPORT',
    '-I OUTPUT 1 -j SALLYPORT',
    'COMMIT',
  ]);
});

test('strict mode queues without bypass', () => {
  assert.doesNotMatch(installText(outgoingChain({ ...OPTIONS, bypass: false }), 0), /bypass/);
});

test('removal deletes every jump before the chain', () => {
  assert.deepEqual(removeText(CHAIN, 1).trim().split('\n').slice(1, -1), [
    ':SALLYPORT - [0:0]',
    '-D OUTPUT -j SALLYPORT',
    '-X SALLYPORT',
  ]);
});

test('each change by somebody else is named', () => {
  assert.equal(difference(CHAIN, INSTALLED, INSTALLED), undefined);
  const changed = (text: string) => difference(CHAIN, readState(CHAIN, text), INSTALLED);
  assert.match(changed('-P OUTPUT ACCEPT') ?? '', /chain SALLYPORT was removed/);
  assert.match(
    changed(LISTING.replace('-A OUTPUT -j SALLYPORT\n', '')) ?? '',
    /jump from OUTPUT was removed/,
  );
  assert.match(changed(LISTING.replace('-A OUTPUT', '-A OUTPUT -j LOG\n-A OUTPUT')) ?? '', /before ours/);
  assert.match(
    changed(LISTING.replace('--queue-num 7', '--queue-num 8')) ?? '',
    /rules of chain SALLYPORT were changed/,
  );
});
