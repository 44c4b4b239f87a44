// StateStore: the page's copy of the host's state, for useSyncExternalStore.
import type { DesktopApi } from '../shared/desktop-api.ts';
import { INITIAL_STATE, reduceUpdate } from '../shared/reduce.ts';
import type { DesktopState, DesktopUpdate } from '../shared/state.ts';

export interface StateStore {
  readonly state: () => DesktopState;
  /** Calls the listener after each update, once for a whole batch. Returns what ends it. */
  readonly subscribe: (listener: (update: DesktopUpdate) => void) => () => void;
  readonly close: () => void;
}

export function stateStore(api: Pick<DesktopApi, 'subscribe'>): StateStore {
  let state = INITIAL_STATE;
  const listeners = new Set<(update: DesktopUpdate) => void>();
  const close = api.subscribe((update) => {
    state = reduceUpdate(state, update);
    for (const listener of listeners) listener(update);
  });
  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close,
  };
}
