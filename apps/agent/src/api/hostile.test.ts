// Bytes, frames and messages that no honest client sends: the agent answers or hangs up, and goes on serving.
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { loadFirewallService } from '@sallyport/proto';
import type { MethodName } from '@sallyport/proto';
import assert from 'node:assert/strict';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { serve, until } from './testing/serving.ts';
import type { Serving } from './testing/serving.ts';

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const METHODS = (Object.keys(loadFirewallService()) as MethodName[]).filter((name) => name !== 'watch');

async function stillServes(serving: Serving): Promise<void> {
  const client = serving.connect();
  assert.equal((await client.getStatus({})).version, '0.1.0');
  client.close();
  assert.deepEqual(serving.log, []);
}

function sendBytes(socketPath: string, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(socketPath, () => socket.end(bytes));
    socket.on('error', () => undefined);
    socket.once('close', () => resolve());
    socket.resume();
    setTimeout(() => socket.destroy(), 20);
  });
}

describe('raw bytes', () => {
  test('garbage instead of HTTP/2, after the preface as well, does no harm', async () => {
    await using serving = await serve();
    const garbage = fc.tuple(fc.boolean(), fc.uint8Array({ maxLength: 300 }));
    await fc.assert(
      fc.asyncProperty(garbage, async ([preface, bytes]) => {
        await sendBytes(serving.socketPath, preface ? Buffer.concat([PREFACE, bytes]) : bytes);
      }),
      { numRuns: 60 },
    );
    await stillServes(serving);
  });

  test('well-formed frames of random types, flags and streams do no harm', async () => {
    await using serving = await serve();
    const frame = fc
      .record({
        type: fc.nat(11),
        flags: fc.nat(255),
        stream: fc.constantFrom(0, 1, 2, 3, 0x7fffffff),
        payload: fc.uint8Array({ maxLength: 60 }),
      })
      .map(({ type, flags, stream, payload }) => {
        const head = Buffer.alloc(9);
        head.writeUIntBE(payload.length, 0, 3);
        head[3] = type;
        head[4] = flags;
        head.writeUInt32BE(stream, 5);
        return Buffer.concat([head, payload]);
      });
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { maxLength: 12 }), async (frames) => {
        await sendBytes(
          serving.socketPath,
          Buffer.concat([PREFACE, Buffer.from('000000040000000000', 'hex'), ...frames]),
        );
      }),
      { numRuns: 60 },
    );
    await stillServes(serving);
  });

  test('a peer that says nothing is given up after the keepalive', async () => {
    await using serving = await serve({ limits: { keepaliveTimeMs: 50, keepaliveTimeoutMs: 50 } });
    const socket = connect(serving.socketPath);
    let closed = false;
    socket.on('error', () => undefined).on('close', () => (closed = true));
    socket.resume();
    await until(() => closed);
    await stillServes(serving);
  });

  test('a half-closed connection is ended', async () => {
    await using serving = await serve();
    const socket = connect({ path: serving.socketPath, allowHalfOpen: true });
    let closed = false;
    socket.on('error', () => undefined).on('close', () => (closed = true));
    socket.end(PREFACE);
    socket.resume();
    socket.on('end', () => socket.destroy());
    await until(() => closed);
  });
});

interface RawCall {
  readonly method: MethodName;
  readonly bytes: Buffer;
  readonly metadata?: Record<string, string>;
}

/** Sends the bytes as the message of a call; resolves with its status. */
function callRaw(channel: Client, call: RawCall): Promise<ServiceError | undefined> {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(call.metadata ?? {})) metadata.set(key, value);
  const { path } = loadFirewallService()[call.method];
  const same = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve) => {
    const options = { deadline: Date.now() + 5000 };
    channel.makeUnaryRequest(path, same, same, call.bytes, metadata, options, (failure) =>
      resolve(failure ?? undefined),
    );
  });
}

const BINARY_ANSWERS = new Set([
  undefined,
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.ABORTED,
  status.RESOURCE_EXHAUSTED,
]);

describe('messages', () => {
  test('random bytes as messages get an answer that says what is wrong', async () => {
    await using serving = await serve();
    const channel = new Client(`unix:${serving.socketPath}`, credentials.createInsecure());
    const calls = fc.tuple(fc.constantFrom(...METHODS), fc.uint8Array({ maxLength: 200 }));
    await fc.assert(
      fc.asyncProperty(calls, async ([method, bytes]) => {
        const failure = await callRaw(channel, { method, bytes: Buffer.from(bytes) });
        assert.ok(BINARY_ANSWERS.has(failure?.code), `${method}: ${String(failure?.message)}`);
      }),
      { numRuns: 400 },
    );
    channel.close();
    await stillServes(serving);
  });

  test('messages with hostile fields get an answer that says what is wrong', async () => {
    await using serving = await serve();
    const client = serving.connect();
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('', '\0', '../x', '/a', 'tcp', '::1'),
    );
    const number = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -1, 0, 2 ** 32, 1e300));
    const anything = fc.oneof(text, number, fc.integer(), fc.boolean(), fc.array(text, { maxLength: 3 }));
    const fields = fc.dictionary(
      fc.constantFrom(
        'promptId',
        'action',
        'scope',
        'flowIds',
        'id',
        'app',
        'port',
        'pauseMs',
        'sinceMs',
        'limit',
        'address',
        'undoToken',
      ),
      anything,
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...METHODS), fields, async (method, request) => {
        const call = client[method as 'getStatus'] as (request: unknown) => Promise<unknown>;
        const failure = await call(request).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failure === undefined) return;
        assert.ok(failure instanceof Error && 'kind' in failure);
        // What this side cannot encode never leaves it: that is `internal` and no answer of the agent.
        assert.doesNotMatch(failure.message, /fault inside the agent/);
      }),
      { numRuns: 300 },
    );
    await stillServes(serving);
  });

  test('a message over the limit is refused and the connection lives on', async () => {
    await using serving = await serve();
    const client = serving.connect();
    await assert.rejects(client.undoDecision({ undoToken: 'x'.repeat(10_000_000) }), { kind: 'limit' });
    await client.getStatus({});
  });

  test('what is compressed small and is large is refused', async () => {
    await using serving = await serve();
    const session = connectHttp2('http://x', { createConnection: () => connect(serving.socketPath) });
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const stream = session.request({
      ':method': 'POST',
      ':path': '/sallyport.v1.Firewall/GetStatus',
      'content-type': 'application/grpc',
      'grpc-encoding': 'gzip',
      te: 'trailers',
    });
    const head = Buffer.alloc(5);
    head[0] = 1;
    head.writeUInt32BE(bomb.length, 1);
    stream.end(Buffer.concat([head, bomb]));
    const answered = await new Promise((resolve) =>
      stream.on('response', (headers) => resolve(headers['grpc-status'])),
    );
    assert.equal(answered, String(status.RESOURCE_EXHAUSTED));
    session.destroy();
    await delay(20);
    await stillServes(serving);
  });

  test('groups nested a million times are refused', async () => {
    await using serving = await serve();
    const channel = new Client(`unix:${serving.socketPath}`, credentials.createInsecure());
    const failure = await callRaw(channel, { method: 'explain', bytes: Buffer.alloc(1_000_000, 0x0b) });
    assert.equal(failure?.code, status.INVALID_ARGUMENT);
    channel.close();
    await stillServes(serving);
  });

  test('text that is not UTF-8 is named', async () => {
    await using serving = await serve();
    const channel = new Client(`unix:${serving.socketPath}`, credentials.createInsecure());
    const failure = await callRaw(channel, {
      method: 'explain',
      bytes: Buffer.from([0x0a, 3, 0x2f, 0xff, 0xfe]),
    });
    assert.equal(failure?.code, status.INVALID_ARGUMENT);
    assert.match(failure.details, /`app` is not valid UTF-8/);
    channel.close();
  });
});
