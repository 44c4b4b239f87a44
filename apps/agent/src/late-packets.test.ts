import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'node:test';
import { LatePackets } from './late-packets.ts';

class PlayedPacket {
  isAnswered = false;
  drop(): void {
    this.isAnswered = true;
  }
}

function latePackets() {
  const faults: unknown[] = [];
  const clock = { nowUs: 0 };
  const late = new LatePackets({ nowUs: () => clock.nowUs, onFault: (error) => faults.push(error) });
  return { late, faults, clock };
}

test('a late packet is asked about again until its moment is over', async () => {
  const { late, clock } = latePackets();
  let asked = 0;
  const ask = (): void => {
    asked += 1;
    clock.nowUs += 20_000;
    if (late.mayWait(0)) late.wait(new PlayedPacket(), ask);
  };
  ask();
  while (late.mayWait(0)) await delay(1);
  assert.equal(asked, 3);
});

test('at the end what waits is asked about for the last time', () => {
  const { late } = latePackets();
  const answers: boolean[] = [];
  late.wait(new PlayedPacket(), () => answers.push(late.mayWait(0)));
  late.stop();
  assert.deepEqual(answers, [false]);
});

test('a fault drops its packet and no other', () => {
  const { late, faults } = latePackets();
  const [first, second] = [new PlayedPacket(), new PlayedPacket()];
  late.wait(first, () => {
    throw new Error('a fault');
  });
  late.wait(second, () => undefined);
  late.stop();
  assert.deepEqual([first.isAnswered, second.isAnswered, faults.length], [true, false, 1]);
});
