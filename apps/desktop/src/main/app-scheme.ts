// app://sallyport: the only place that windows load from. Answers name one of the files that were read at the start.
import type { DesktopHost } from '../host/desktop-host.ts';
import type { PageFiles } from '../host/page-files.ts';
import { contentFor } from '../host/page-preferences.ts';
import { ICON_POLICY, RESPONSE_HEADERS } from '../host/response-headers.ts';
import type { DesktopState } from '../shared/state.ts';

export const SCHEME = 'app';
const ORIGIN = `${SCHEME}://sallyport`;

/** What Electron must know before it is ready: a scheme with origins and a policy, and no other rights. */
export const SCHEME_PRIVILEGES = { standard: true, secure: true } as const;

export type PageName = 'prompt' | 'main';

/** `place` is one of the pages of the main window, by its name in the address. */
export function pageUrl(name: PageName, place?: string): string {
  return `${ORIGIN}/${name}.html${place === undefined ? '' : `#/${place}`}`;
}

/** A page of ours, at whatever fragment; nothing else that a window could show. */
export function isPageUrl(url: string): boolean {
  const { protocol, host, pathname } = parsed(url) ?? {};
  return (
    protocol === `${SCHEME}:` && host === 'sallyport' && /^\/(?:prompt|main)\.html$/.test(pathname ?? '')
  );
}

export function isOwnUrl(url: string): boolean {
  const { protocol, host } = parsed(url) ?? {};
  return protocol === `${SCHEME}:` && host === 'sallyport';
}

export interface ServedPages {
  readonly files: PageFiles;
  readonly state: () => DesktopState;
  readonly appIcon: DesktopHost['appIcon'];
}

/** The response to a request of a page. Paths are looked up, never followed. */
export function pageResponse(
  { files, state, appIcon }: ServedPages,
  { method, url }: Pick<Request, 'method' | 'url'>,
): Response {
  const headers = new Headers([...RESPONSE_HEADERS]);
  if (method !== 'GET' || !isOwnUrl(url)) return new Response(null, { status: 405, headers });
  const path = parsed(url)?.pathname ?? '';
  const page = files.get(path);
  const file = page ?? appIcon(path);
  if (file === undefined) return new Response(null, { status: 404, headers });
  headers.set('Content-Type', file.contentType);
  if (page === undefined) headers.set('Content-Security-Policy', ICON_POLICY);
  return new Response(new Uint8Array(contentFor(file, state())), { headers });
}

function parsed(url: string): URL | undefined {
  return URL.parse(url) ?? undefined;
}
