// The route in components: read from the address, changed by going somewhere. Back and forward of the browser work.
import { useMemo, useSyncExternalStore } from 'react';
import { parseRoute, writeRoute } from './route.ts';
import type { Route } from './route.ts';

const CHANGED = 'sallyport-route-changed';

export function useRoute(): Route {
  const fragment = useSyncExternalStore(followAddress, () => location.hash);
  return useMemo(() => parseRoute(fragment), [fragment]);
}

/** What stands in the search field. */
export function useSearchText(): string {
  return useRoute().query['q'] ?? '';
}

/** `replace`: no step that Back would return to, such as while typing. */
export function goTo(route: Route, { replace = false }: { readonly replace?: boolean } = {}): void {
  const fragment = writeRoute(route);
  if (fragment === location.hash) return;
  if (replace) history.replaceState(null, '', fragment);
  else history.pushState(null, '', fragment);
  dispatchEvent(new Event(CHANGED));
}

/** Changes a part of what the page shows. */
export function changeQuery(changes: Route['query']): void {
  const { page, query } = parseRoute(location.hash);
  goTo({ page, query: { ...query, ...changes } }, { replace: true });
}

function followAddress(listener: () => void): () => void {
  const events = ['hashchange', 'popstate', CHANGED];
  for (const event of events) addEventListener(event, listener);
  return () => events.forEach((event) => removeEventListener(event, listener));
}
