// What a person chose for all windows, for every component: as the host tells it, and before that as the document was served with it.
import { createContext, use, useCallback, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { DEFAULT_PREFERENCES, PREFERENCES_META } from '../shared/preference-defaults.ts';
import type { PreferenceChange, Preferences } from '../shared/preferences.ts';
import { useShowError } from './show-toast.ts';
import type { StateStore } from './state-store.ts';
import { useDesktop } from './use-desktop.tsx';

const PreferencesContext = createContext(DEFAULT_PREFERENCES);
const SERVED = servedPreferences();

interface PreferencesProviderProps {
  /** Absent where the page has no host. */
  readonly store: StateStore | undefined;
  readonly children: ReactNode;
}

export function PreferencesProvider({ store, children }: PreferencesProviderProps): ReactNode {
  const preferences = useSyncExternalStore(store?.subscribe ?? followNothing, () => preferencesIn(store));
  return <PreferencesContext value={preferences}>{children}</PreferencesContext>;
}

export function preferencesIn(store: StateStore | undefined): Preferences {
  return store?.state().preferences?.chosen ?? SERVED;
}

export function usePreferences(): Preferences {
  return use(PreferencesContext);
}

/** Asks the host, which tells all windows, this one too. */
export function useChoose(): (change: PreferenceChange) => void {
  const { api } = useDesktop();
  const showError = useShowError();
  return useCallback(
    (change) =>
      void api.setPreferences(change).then((outcome) => {
        if (!outcome.ok) showError(outcome.error);
      }),
    [api, showError],
  );
}

function servedPreferences(): Preferences {
  const meta = document.querySelector<HTMLMetaElement>(`meta[name="${PREFERENCES_META}"]`);
  return meta === null ? DEFAULT_PREFERENCES : (JSON.parse(meta.content) as Preferences);
}

function followNothing(): () => void {
  return () => undefined;
}
