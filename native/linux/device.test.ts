// The two encodings of device numbers.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { deviceFromKernel, deviceFromStat, deviceToKernel, deviceToStat } from './device.ts';

describe('device numbers', () => {
  test('of a device node are what stat(1) prints', () => {
    const [major, minor] = execFileSync('stat', ['-c', '%t %T', '/dev/null'], { encoding: 'utf8' })
      .trim()
      .split(' ');
    const expected = { major: Number.parseInt(major ?? '', 16), minor: Number.parseInt(minor ?? '', 16) };
    assert.deepEqual(deviceFromStat(statSync('/dev/null', { bigint: true }).rdev), expected);
  });

  test('with a minor above 255 split differently in the two encodings', () => {
    assert.deepEqual(deviceFromStat(0x0010_0803n), { major: 8, minor: 0x103 });
    assert.deepEqual(deviceFromKernel((8 << 20) | 0x103), { major: 8, minor: 0x103 });
  });

  test('survive both encodings', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xfff }),
        fc.integer({ min: 0, max: 0xfffff }),
        (major, minor) => {
          assert.deepEqual(deviceFromStat(deviceToStat({ major, minor })), { major, minor });
          assert.deepEqual(deviceFromKernel(deviceToKernel({ major, minor })), { major, minor });
        },
      ),
    );
  });
});
