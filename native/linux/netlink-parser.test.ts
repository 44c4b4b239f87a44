// The sock_diag reply parser on bytes that no kernel would send.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { native } from './native.ts';

const HEADER_BYTES = 16;
const RECORD_BYTES = 72;
const EBADMSG = 74;
const SEQUENCE = 7;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const SOCK_DIAG_BY_FAMILY = 20;

function message(type: number, payload: Uint8Array, length = HEADER_BYTES + payload.length): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(length >>> 0, 0);
  header.writeUInt16LE(type, 4);
  header.writeUInt32LE(SEQUENCE, 8);
  return Buffer.concat([header, payload, Buffer.alloc(-payload.length & 3)]);
}

function status(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function record(inode: number): Buffer {
  const bytes = Buffer.alloc(RECORD_BYTES);
  bytes[0] = 2;
  bytes.writeUInt32LE(inode, 68);
  return message(SOCK_DIAG_BY_FAMILY, bytes);
}

describe('the sock_diag reply parser', () => {
  test('calls truncated records, lengths and errors bad, and keeps what came before', () => {
    for (const bytes of [
      Buffer.concat([record(1), record(2).subarray(0, 40)]),
      Buffer.concat([record(1), message(SOCK_DIAG_BY_FAMILY, Buffer.alloc(RECORD_BYTES - 1))]),
      Buffer.concat([record(1), message(SOCK_DIAG_BY_FAMILY, Buffer.alloc(8), 15)]),
      Buffer.concat([record(1), message(SOCK_DIAG_BY_FAMILY, Buffer.alloc(8), 0xffff_ffff)]),
      Buffer.concat([record(1), message(NLMSG_ERROR, Buffer.alloc(3))]),
      Buffer.concat([record(1), message(NLMSG_ERROR, status(5))]),
      Buffer.concat([record(1), message(NLMSG_ERROR, status(-(2 ** 31)))]),
    ]) {
      const reply = native.parseSocketReply(bytes, SEQUENCE, true);
      assert.deepEqual([reply.done, reply.errorNumber, reply.records.length], [true, EBADMSG, 1]);
    }
  });

  test('reads an error and the status of a finished dump', () => {
    assert.equal(native.parseSocketReply(message(NLMSG_ERROR, status(-2)), SEQUENCE, false).errorNumber, 2);
    assert.equal(native.parseSocketReply(message(NLMSG_DONE, status(-12)), SEQUENCE, true).errorNumber, 12);
    const whole = Buffer.concat([record(1), record(2), message(NLMSG_DONE, status(0)), record(3)]);
    const reply = native.parseSocketReply(whole, SEQUENCE, true);
    assert.deepEqual(
      [reply.records.map(({ inode }) => inode), reply.done, reply.errorNumber],
      [[1, 2], true, 0],
    );
  });

  test('tells packet sockets from others, and calls short ones bad', () => {
    const socket = Buffer.alloc(16);
    socket[0] = 17;
    const whole = Buffer.concat([record(1), message(SOCK_DIAG_BY_FAMILY, socket), record(2)]);
    assert.deepEqual(
      native.parseSocketReply(whole, SEQUENCE, true).records.map(({ inode }) => inode),
      [1, 2],
    );
    const short = message(SOCK_DIAG_BY_FAMILY, socket.subarray(0, 15));
    assert.equal(native.parseSocketReply(short, SEQUENCE, true).errorNumber, EBADMSG);
  });

  test('ignores answers to other requests', () => {
    assert.equal(native.parseSocketReply(record(1), SEQUENCE + 1, true).records.length, 0);
  });

  test('survives random bytes and damaged replies', () => {
    const damaged = fc
      .tuple(fc.array(fc.nat()), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }))
      .map(([inodes, changes]) => damage(Buffer.concat(inodes.map((inode) => record(inode))), changes));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), damaged), fc.boolean(), (bytes, dump) => {
        const reply = native.parseSocketReply(bytes, SEQUENCE, dump);
        assert.ok(reply.records.length <= bytes.length / (HEADER_BYTES + RECORD_BYTES));
        assert.ok(reply.errorNumber >= 0);
      }),
      { numRuns: 2000 },
    );
  });
});

function damage(bytes: Buffer, changes: readonly (readonly [number, number])[]): Buffer {
  for (const [offset, value] of changes) if (bytes.length > 0) bytes[offset % bytes.length] = value;
  return bytes;
}
