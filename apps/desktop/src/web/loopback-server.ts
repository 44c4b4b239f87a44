// HTTP on both loopback addresses at one port, for processes of this user alone, with limits on what a connection may cost.
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { refuseConnection } from './refusal.ts';
import { peerUid } from './socket-owner.ts';

export const LARGEST_HEADERS_BYTES = 16 * 1024;
const MOST_HEADERS = 64;
const MOST_CONNECTIONS = 64;
const ADDRESSES = ['127.0.0.1', '::1'] as const;
const TRIES = 20;

export interface LoopbackOptions {
  readonly answer: RequestListener;
  /** 0 for a free one. */
  readonly port: number;
  readonly ownUid: number;
  readonly headersTimeoutMs: number;
}

export interface LoopbackServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/**
 * A browser asks `::1` and `127.0.0.1` for a name below `localhost`. Were one of them free, another user could answer there in
 * our name. Rejects where the port is taken; a port of our own choice is then another one.
 */
export async function listenOnLoopback(options: LoopbackOptions): Promise<LoopbackServer> {
  for (let tries = 1; ; tries++)
    try {
      return await listenOnce(options);
    } catch (failure) {
      if (options.port !== 0 || !isCode(failure, 'EADDRINUSE') || tries === TRIES) throw failure;
    }
}

async function listenOnce(options: LoopbackOptions): Promise<LoopbackServer> {
  const servers: Server[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(closeServer));
  };
  let { port } = options;
  try {
    for (const address of ADDRESSES) {
      const server = serverOf(options);
      if (!(await listen(server, address, port))) continue;
      servers.push(server);
      port = (server.address() as AddressInfo).port;
    }
  } catch (failure) {
    await close();
    throw failure;
  }
  return { port, close };
}

/** False where this machine has no such address, so that nobody else can listen there either. */
function listen(server: Server, host: (typeof ADDRESSES)[number], port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (failure) => {
      if (host === '::1' && (isCode(failure, 'EADDRNOTAVAIL') || isCode(failure, 'EAFNOSUPPORT')))
        resolve(false);
      else reject(failure);
    });
    server.listen({ host, port, exclusive: true }, () => resolve(true));
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function serverOf({ answer, ownUid, headersTimeoutMs }: LoopbackOptions): Server {
  const foreign = new WeakSet<Socket>();
  const server = createServer(
    {
      maxHeaderSize: LARGEST_HEADERS_BYTES,
      headersTimeout: headersTimeoutMs,
      requestTimeout: 2 * headersTimeoutMs,
      connectionsCheckingInterval: Math.min(1000, headersTimeoutMs / 2),
      keepAliveTimeout: 10_000,
      insecureHTTPParser: false,
    },
    (request, response) => {
      if (foreign.has(request.socket)) request.socket.destroy();
      else answer(request, response);
    },
  );
  server.maxHeadersCount = MOST_HEADERS;
  server.maxConnections = MOST_CONNECTIONS;
  server.prependListener('connection', (socket) => {
    if (peerUid(socket) === ownUid) return;
    foreign.add(socket);
    refuseConnection(socket, 403);
  });
  server.on('clientError', (failure, socket) => refuseConnection(socket, statusOf(failure)));
  server.on('checkContinue', (_, response) => response.writeHead(417, { Connection: 'close' }).end());
  server.on('connect', (_, socket) => refuseConnection(socket, 405));
  server.on('upgrade', (_, socket) => refuseConnection(socket, 400));
  return server;
}

function statusOf(failure: Error): number {
  if (isCode(failure, 'HPE_HEADER_OVERFLOW')) return 431;
  return isCode(failure, 'ERR_HTTP_REQUEST_TIMEOUT') ? 408 : 400;
}

function isCode(failure: unknown, code: string): boolean {
  return failure instanceof Error && 'code' in failure && failure.code === code;
}
