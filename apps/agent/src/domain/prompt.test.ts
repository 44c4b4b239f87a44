// The question is one sentence that says who wants what, for both directions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Address } from './address.ts';
import { appOf } from './app.ts';
import type { Flow } from './flow.ts';
import type { Direction, Protocol } from './flow-key.ts';
import { questionText } from './prompt.ts';

const QUESTIONS: readonly (readonly [Direction, Protocol, number, string])[] = [
  ['out', 'tcp', 443, 'Allow sshd to connect to 10.0.0.7:443?'],
  ['out', 'icmp', 0, 'Allow sshd to send ICMP to 10.0.0.7?'],
  ['in', 'tcp', 22, 'Allow sshd to accept a connection from 10.0.0.7 on port 22?'],
  ['in', 'udp', 53, 'Allow sshd to accept datagrams from 10.0.0.7 on port 53?'],
];

for (const [direction, protocol, port, question] of QUESTIONS)
  test(question, () => {
    const app = appOf({ kind: 'path', path: '/usr/sbin/sshd' });
    const endpoint = { address: '10.0.0.7' as Address, port, name: undefined };
    const flow = { key: { protocol }, direction, endpoint } as Flow;
    assert.equal(questionText({ app, flows: [flow] }), question);
  });
