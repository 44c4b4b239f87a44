// The script that the web shell puts in front of a page's own: takes the token out of the address and leaves the DesktopApi
// where pages look for it.
import { BRIDGE_NAME } from '../shared/bridge-name.ts';
import { TOKEN_PREFIX } from '../shared/web-protocol.ts';
import { webApi } from './web-api.ts';

/** The token, which is gone from the address bar and the history afterwards. */
function takeToken(): string | undefined {
  const { hash, pathname } = location;
  if (!hash.startsWith(TOKEN_PREFIX)) return undefined;
  history.replaceState(null, '', pathname);
  return hash.slice(TOKEN_PREFIX.length);
}

const api = webApi({
  fetch: (path, options) => fetch(path, options),
  token: takeToken(),
  window: {
    close: () => close(),
    isClosed: () => closed,
    openNamed: (url, name) => open(url, name) !== null,
  },
});
Object.defineProperty(globalThis, BRIDGE_NAME, { value: api });
