// A web shell before a real server of the agent's API, and a browser's requests to it as node:http and plain sockets make them.
import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { API_CONTENT_TYPE, SESSION_PATH, TOKEN_PREFIX } from '../shared/web-protocol.ts';
import type { Fetch } from '../web-bridge/shell-client.ts';
import { startWebShell } from '../web/web-shell.ts';
import type { WebShell, WebShellOptions } from '../web/web-shell.ts';
import { startHosting } from './hosting.ts';
import type { Hosting } from './hosting.ts';

export interface WebTesting extends AsyncDisposable {
  readonly hosting: Hosting;
  readonly shell: WebShell;
}

const PAGE = { contentType: 'text/html; charset=utf-8', content: Buffer.from('<!doctype html>page') };

export async function startWebTesting(options: Partial<WebShellOptions> = {}): Promise<WebTesting> {
  const hosting = await startHosting();
  const shell = await startWebShell({ host: hosting.host, files: new Map([['/', PAGE]]), ...options });
  return {
    hosting,
    shell,
    [Symbol.asyncDispose]: async () => {
      await shell.close();
      await hosting[Symbol.asyncDispose]();
    },
  };
}

export interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly address?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The headers that a page of the shell sends. */
export function pageHeaders(shell: WebShell, cookie?: string): Readonly<Record<string, string>> {
  return {
    Host: shell.host,
    Origin: `http://${shell.host}`,
    'Sec-Fetch-Site': 'same-origin',
    'Content-Type': API_CONTENT_TYPE,
    ...(cookie !== undefined && { Cookie: cookie }),
  };
}

export async function ask(shell: WebShell, asked: Asked): Promise<Answer> {
  const response = await send(shell, asked);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(chunks).toString(),
  };
}

/** A request of one of the shell's pages. */
export function post(
  shell: WebShell,
  path: string,
  asked: Asked & { readonly cookie?: string } = {},
): Promise<Answer> {
  const headers = { ...pageHeaders(shell, asked.cookie), ...asked.headers };
  return ask(shell, { method: 'POST', path, ...asked, headers });
}

function send(
  shell: WebShell,
  { method = 'GET', path = '/', headers = {}, body, address }: Asked,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: address ?? '127.0.0.1',
        port: shell.port,
        method,
        path,
        headers: {
          Host: shell.host,
          ...headers,
          ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }),
        },
        agent: false,
      },
      resolve,
    );
    request.on('error', reject);
    request.end(body);
  });
}

export function tokenOf(shell: WebShell): string {
  return new URL(shell.newAddress().url).hash.slice(TOKEN_PREFIX.length);
}

/** Exchanges a new token; the cookie as a browser sends it back. */
export async function openSession(shell: WebShell): Promise<string> {
  const { headers } = await post(shell, SESSION_PATH, { body: JSON.stringify({ token: tokenOf(shell) }) });
  const [cookie] = headers['set-cookie'] ?? [];
  if (cookie === undefined) throw new Error('the shell set no cookie');
  return cookie.split(';')[0] ?? '';
}

/** A browser's fetch with a jar for the one cookie. */
export function browserFetch(shell: () => WebShell): Fetch {
  const jar: { cookie?: string } = {};
  return async (path, { method, headers, body, signal }) => {
    const sent = { ...pageHeaders(shell(), jar.cookie), ...headers };
    const response = await send(shell(), { method, path, headers: sent, body });
    signal?.addEventListener('abort', () => response.destroy());
    const [cookie] = response.headers['set-cookie'] ?? [];
    if (cookie !== undefined) jar.cookie = cookie.split(';')[0] ?? '';
    const status = response.statusCode ?? 0;
    const stream = status === 204 ? null : (Readable.toWeb(response) as ReadableStream<Uint8Array>);
    return new Response(stream, { status });
  };
}

/** Sends bytes on a connection of its own; resolves with all that came back when the other side has closed it. */
export function raw(shell: WebShell, ...pieces: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(shell.port, '127.0.0.1');
    let text = '';
    const done = (): void => resolve(text);
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    // A reset after the answer, while we still send, is an end like another.
    socket
      .on('error', done)
      .on('close', done)
      .on('end', () => socket.end());
    for (const piece of pieces) socket.write(piece);
  });
}

/** The status of the first response in what came back; 0 where there is none. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
}
