// WebShell: the pages of the desktop for a browser of the same user on the same machine. docs/security.md says who can reach it.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DesktopHost } from '../host/desktop-host.ts';
import type { PageFiles } from '../host/page-files.ts';
import { contentFor } from '../host/page-preferences.ts';
import { ICON_POLICY, RESPONSE_HEADERS } from '../host/response-headers.ts';
import { TOKEN_PREFIX } from '../shared/web-protocol.ts';
import { Access } from './access.ts';
import { answerApi, NOT_FOUND } from './api-routes.ts';
import type { ApiParts } from './api-routes.ts';
import { listenOnLoopback } from './loopback-server.ts';
import { refuse } from './refusal.ts';
import { isApi, refusalOf } from './request-guard.ts';

export interface WebShellOptions {
  readonly host: Pick<DesktopHost, 'call' | 'subscribe' | 'state' | 'appIcon'>;
  readonly files: PageFiles;
  /** A free one unless given. */
  readonly port?: number | undefined;
  /** Whose connections are served; this process's user unless given. */
  readonly ownUid?: number | undefined;
  readonly headersTimeoutMs?: number | undefined;
  readonly nowMs?: (() => number) | undefined;
}

export interface WebAddress {
  /** With a token that opens one session. */
  readonly url: string;
  readonly untilMs: number;
}

export interface WebShell {
  readonly port: number;
  /** The `Host` of every request: a random name below `localhost`, and the port. */
  readonly host: string;
  readonly newAddress: () => WebAddress;
  /** Sessions that did not end yet. */
  readonly sessions: () => number;
  readonly close: () => Promise<void>;
}

const HEADERS_TIMEOUT_MS = 5000;

export async function startWebShell(options: WebShellOptions): Promise<WebShell> {
  const { files, nowMs = Date.now } = options;
  // Nobody else can know this name: no page elsewhere can link to it, and no server at another port is sent our cookie.
  const name = `${randomBytes(16).toString('hex')}.localhost`;
  const parts = { host: options.host, access: new Access(), nowMs };
  const where = { host: '' };
  const server = await listenOnLoopback({
    port: options.port ?? 0,
    ownUid: options.ownUid ?? process.getuid?.() ?? -1,
    headersTimeoutMs: options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS,
    answer: (request, response) =>
      answer({ request, response }, parts, {
        ...where,
        files,
        state: options.host.state,
        appIcon: options.host.appIcon,
      }),
  });
  where.host = `${name}:${server.port}`;
  return { port: server.port, ...where, ...openings(parts, where.host), close: () => close(server, parts) };
}

function openings({ access, nowMs }: ApiParts, host: string): Pick<WebShell, 'newAddress' | 'sessions'> {
  return {
    newAddress: () => {
      const { token, untilMs } = access.newToken(nowMs());
      return { url: `http://${host}/${TOKEN_PREFIX}${token}`, untilMs };
    },
    sessions: () => {
      access.endIdle(nowMs());
      return access.sessions;
    },
  };
}

async function close(server: { readonly close: () => Promise<void> }, { access }: ApiParts): Promise<void> {
  access.endAll();
  await server.close();
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Place {
  readonly host: string;
  readonly files: PageFiles;
  readonly state: DesktopHost['state'];
  readonly appIcon: DesktopHost['appIcon'];
}

function answer({ request, response }: Exchange, parts: ApiParts, place: Place): void {
  response.setHeaders(new Map(RESPONSE_HEADERS));
  const refusal = refusalOf(request, place.host);
  if (refusal !== undefined) refuse(response, refusal);
  else if (isApi(request)) answerApi(request, response, parts).catch(() => response.destroy());
  else answerFile({ request, response }, place);
}

function answerFile({ request, response }: Exchange, { files, state, appIcon }: Place): void {
  const path = request.url ?? '';
  const page = files.get(path);
  const file = page ?? appIcon(path);
  if (file === undefined) return refuse(response, NOT_FOUND);
  response.setHeader('Content-Type', file.contentType);
  if (page === undefined) response.setHeader('Content-Security-Policy', ICON_POLICY);
  const content = contentFor(file, state());
  response.setHeader('Content-Length', content.length);
  response.end(request.method === 'HEAD' ? undefined : content);
}
