// Which floors the figures of many flows have to keep.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowsFloors } from './flows-report.ts';
import type { FlowFigures } from './flows-report.ts';

const FEW: FlowFigures = {
  ...{ flows: 1000, firstUs: 100, againUs: 10, againInKernel: 1, lost: 0, leaked: 0 },
  ...{ verdictsHeld: 1000, verdictsPushedOut: 0, knownDatagramUs: 4, knownConnectUs: 16 },
  ...{ mapsMiB: 40, agentMiB: 60 },
};

function missed(figures: readonly FlowFigures[]): readonly string[] {
  return flowsFloors(figures)
    .filter(({ isMet }) => !isMet)
    .map(({ name }) => name);
}

test('verdicts that gave way to others are no fault, and what is known may be a little slower among many', () => {
  const many = { ...FEW, flows: 500_000, againInKernel: 0, verdictsPushedOut: 9, knownDatagramUs: 5 };
  assert.deepEqual(missed([FEW, many]), []);
});

test('one datagram that got another verdict than its own is', () => {
  assert.deepEqual(missed([FEW, { ...FEW, lost: 1 }]), ['allowed datagrams that were lost']);
  assert.deepEqual(missed([{ ...FEW, leaked: 1 }, FEW]), ['denied datagrams that arrived']);
});

test('and so is a known flow that slows down with the number of others', () => {
  assert.deepEqual(missed([FEW, { ...FEW, knownConnectUs: 21 }]), ['known connect, most flows / fewest']);
});
