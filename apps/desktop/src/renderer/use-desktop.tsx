// What every component of a page reads: the state of the firewall, and the calls to the host.
import { createContext, use, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import type { DesktopApi } from '../shared/desktop-api.ts';
import type { DesktopState } from '../shared/state.ts';
import type { StateStore } from './state-store.ts';

interface Desktop {
  readonly api: DesktopApi;
  readonly store: StateStore;
}

const DesktopContext = createContext<Desktop | undefined>(undefined);

export function DesktopProvider({
  children,
  ...desktop
}: Desktop & { readonly children: ReactNode }): ReactNode {
  return <DesktopContext value={desktop}>{children}</DesktopContext>;
}

export function useDesktopState(): DesktopState {
  const { store } = useDesktop();
  return useSyncExternalStore(store.subscribe, store.state);
}

/** A part of the state: renders anew only when that part is another object or value. `select` makes nothing new. */
export function useDesktopPart<T>(select: (state: DesktopState) => T): T {
  const { store } = useDesktop();
  return useSyncExternalStore(store.subscribe, () => select(store.state()));
}

/** The calls, and the store whose updates a component follows itself. */
export function useDesktop(): Desktop {
  const desktop = use(DesktopContext);
  if (desktop === undefined) throw new Error('a component of a page is used outside of <DesktopProvider>');
  return desktop;
}
