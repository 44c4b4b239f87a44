// RequestGuard: what a request must look like before anything else is done with it. Against other sites that a browser has open
// (CSRF, DNS rebinding), and against requests that two readers could understand in two ways.
import { ICON_FOLDER } from '../shared/app-look.ts';
import { API_CONTENT_TYPE } from '../shared/web-protocol.ts';
import type { Refusal } from './refusal.ts';

/** Part of node:http's IncomingMessage. */
export interface GuardedRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly httpVersion: string;
  readonly headersDistinct: NodeJS.Dict<string[]>;
}

export const LARGEST_BODY_BYTES = 256 * 1024;
const SINGLE_HEADERS = [
  'host',
  'origin',
  'cookie',
  'content-type',
  'content-length',
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
];
const API = '/api/';
const ICONS = `/${ICON_FOLDER}`;

/** `host`: name and port as the one valid `Host` header has them. Undefined where the request may go on. */
export function refusalOf(request: GuardedRequest, host: string): Refusal | undefined {
  return (
    shapeRefusal(request) ??
    hostRefusal(request, host) ??
    (isApi(request) ? apiRefusal(request, `http://${host}`) : pageRefusal(request))
  );
}

export function isApi({ url }: GuardedRequest): boolean {
  return url?.startsWith(API) === true;
}

function shapeRefusal(request: GuardedRequest): Refusal | undefined {
  const { headersDistinct: headers, url = '', httpVersion } = request;
  if (httpVersion !== '1.1') return { status: 505, text: 'HTTP/1.1 is spoken here.' };
  if (!url.startsWith('/') || url.startsWith('//')) return BAD_REQUEST;
  if (SINGLE_HEADERS.some((name) => (headers[name]?.length ?? 0) > 1)) return BAD_REQUEST;
  if (headers['transfer-encoding'] !== undefined) return LENGTH_REQUIRED;
  return undefined;
}

/** A name that leads to this machine by somebody else's DNS is not ours. */
function hostRefusal({ headersDistinct }: GuardedRequest, host: string): Refusal | undefined {
  return headersDistinct['host']?.[0] === host
    ? undefined
    : { status: 421, text: 'Not the host of this address.' };
}

function pageRefusal({ method, url = '', headersDistinct: headers }: GuardedRequest): Refusal | undefined {
  if (method !== 'GET' && method !== 'HEAD') return METHOD_NOT_ALLOWED;
  if ((headers['content-length']?.[0] ?? '0') !== '0') return BAD_REQUEST;
  const isMeant = url.startsWith(ICONS)
    ? isFetchedHere(headers) && isForImage(headers)
    : isFetchedHere(headers) || isOpenedFromElsewhere(headers);
  return isMeant ? undefined : FORBIDDEN;
}

/** By our own page, by the person's own hand, or by no browser. */
function isFetchedHere(headers: GuardedRequest['headersDistinct']): boolean {
  return ['same-origin', 'none', undefined].includes(headers['sec-fetch-site']?.[0]);
}

/** An icon is foreign bytes: it is never a document of its own. */
function isForImage(headers: GuardedRequest['headersDistinct']): boolean {
  return ['image', undefined].includes(headers['sec-fetch-dest']?.[0]);
}

/** Somebody follows a link to a page. It holds nothing that is secret and can do nothing without its session. */
function isOpenedFromElsewhere(headers: GuardedRequest['headersDistinct']): boolean {
  return headers['sec-fetch-mode']?.[0] === 'navigate' && headers['sec-fetch-dest']?.[0] === 'document';
}

/** Browsers send an Origin with every POST; where there is none, it was not one of our pages. */
function apiRefusal(request: GuardedRequest, origin: string): Refusal | undefined {
  const { method, headersDistinct: headers } = request;
  if (headers['origin']?.[0] !== origin) return method === 'POST' ? FORBIDDEN : METHOD_NOT_ALLOWED;
  if (![undefined, 'same-origin'].includes(headers['sec-fetch-site']?.[0])) return FORBIDDEN;
  if (method !== 'POST') return METHOD_NOT_ALLOWED;
  if (headers['content-type']?.[0] !== API_CONTENT_TYPE)
    return { status: 415, text: `The content type must be ${API_CONTENT_TYPE}.` };
  return lengthRefusal(headers['content-length']?.[0]);
}

function lengthRefusal(length: string | undefined): Refusal | undefined {
  if (length === undefined) return LENGTH_REQUIRED;
  if (!/^\d{1,15}$/.test(length)) return BAD_REQUEST;
  return Number(length) > LARGEST_BODY_BYTES ? TOO_LARGE : undefined;
}

export const BAD_REQUEST: Refusal = { status: 400, text: 'This is not a request that can be understood.' };
export const FORBIDDEN: Refusal = { status: 403, text: 'Not from here.' };
const METHOD_NOT_ALLOWED: Refusal = { status: 405, text: 'Not with this method.' };
const LENGTH_REQUIRED: Refusal = { status: 411, text: 'A length is needed.' };
const TOO_LARGE: Refusal = { status: 413, text: `At most ${LARGEST_BODY_BYTES} bytes.` };
