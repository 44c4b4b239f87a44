// The API of the web shell: a token becomes a session, a session makes calls and reads updates. The guard has seen the request.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { DesktopHost } from '../host/desktop-host.ts';
import { CALL_PATH, SESSION_PATH, UPDATES_PATH } from '../shared/web-protocol.ts';
import { MOST_CALLS, MOST_STREAMS } from './access.ts';
import type { Access, Session } from './access.ts';
import { refuse } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import { readBody } from './request-body.ts';
import { BAD_REQUEST } from './request-guard.ts';
import { streamUpdates } from './update-stream.ts';

export interface ApiParts {
  readonly host: Pick<DesktopHost, 'call' | 'subscribe'>;
  readonly access: Access;
  readonly nowMs: () => number;
}

const tokenSchema = z.strictObject({ token: z.string().max(64) });

export async function answerApi(
  request: IncomingMessage,
  response: ServerResponse,
  parts: ApiParts,
): Promise<void> {
  const { url = '' } = request;
  if (url === SESSION_PATH) return openSession(request, response, parts);
  const session = parts.access.sessionOf(request.headers.cookie ?? '', parts.nowMs());
  if (session === undefined) return refuse(response, NO_SESSION);
  if (url === UPDATES_PATH) return follow(response, session, parts);
  if (url.startsWith(CALL_PATH)) return answerCall({ request, response }, session, parts);
  refuse(response, NOT_FOUND);
}

async function openSession(
  request: IncomingMessage,
  response: ServerResponse,
  parts: ApiParts,
): Promise<void> {
  const body = await readBody(request);
  const asked = tokenSchema.safeParse(body.ok ? body.value : undefined);
  if (!asked.success) return refuse(response, BAD_REQUEST);
  const { access, nowMs } = parts;
  const secret = access.exchange(asked.data.token, nowMs());
  if (secret === undefined) return refuse(response, NO_SESSION);
  response.setHeader('Set-Cookie', `${access.cookieName}=${secret}; Path=/api/; HttpOnly; SameSite=Strict`);
  response.writeHead(204).end();
}

async function follow(response: ServerResponse, session: Session, { host }: ApiParts): Promise<void> {
  if (session.streams >= MOST_STREAMS) return refuse(response, TOO_MANY_WINDOWS);
  session.streams += 1;
  try {
    await streamUpdates(response, { subscribe: host.subscribe, signal: session.ended.signal });
  } finally {
    session.streams -= 1;
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function answerCall(
  { request, response }: Exchange,
  session: Session,
  { host }: ApiParts,
): Promise<void> {
  if (session.calls >= MOST_CALLS) return refuse(response, TOO_MANY_CALLS);
  session.calls += 1;
  try {
    const body = await readBody(request);
    if (!body.ok) return refuse(response, BAD_REQUEST);
    const outcome = await host.call((request.url ?? '').slice(CALL_PATH.length), body.value);
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.end(JSON.stringify(outcome));
  } finally {
    session.calls -= 1;
  }
}

export const NOT_FOUND: Refusal = { status: 404, text: 'There is nothing here.' };
const NO_SESSION: Refusal = { status: 401, text: 'Open the address that `sallyport web` shows.' };
const TOO_MANY_CALLS: Refusal = { status: 429, text: `At most ${MOST_CALLS} calls at a time.` };
const TOO_MANY_WINDOWS: Refusal = { status: 429, text: `At most ${MOST_STREAMS} windows at a time.` };
