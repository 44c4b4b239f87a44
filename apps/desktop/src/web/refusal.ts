// A refusal: a plain status and a sentence. What was refused learns nothing else.
import { STATUS_CODES } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

export interface Refusal {
  readonly status: number;
  readonly text: string;
}

/** The connection ends too, unless it is clear where the next request begins. */
export function refuse(response: ServerResponse, { status, text }: Refusal): void {
  const { headers } = response.req;
  const hasBody = (headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined;
  if (hasBody || isUnclear(status)) response.setHeader('Connection', 'close');
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  if (status === 405) response.setHeader('Allow', 'GET, HEAD, POST');
  response.writeHead(status).end(`${text}\n`);
}

function isUnclear(status: number): boolean {
  return [400, 411, 413, 505].includes(status);
}

/** For a connection that does not speak HTTP well enough for a response. */
export function refuseConnection(socket: Duplex, status: number): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Length: 0',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n`, () => socket.destroy());
}
