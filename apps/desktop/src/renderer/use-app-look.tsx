// Name and icon of an App from its desktop entry, for components: one memory for the page.
import { createContext, use, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import type { AppLook } from '../shared/app-look.ts';
import { AppLookStore } from './app-look-store.ts';
import { usePreferences } from './preferences.tsx';
import { useDesktop } from './use-desktop.tsx';

const AppLooksContext = createContext<AppLookStore | undefined>(undefined);

/** Entries speak more languages than we do: where nobody chose one of ours, those of the desktop count. */
export function AppLooksProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const { api } = useDesktop();
  const { language } = usePreferences();
  const store = useMemo(() => {
    const languages = language === 'desktop' ? navigator.languages.slice(0, 16) : [language];
    return new AppLookStore({ describe: (asked) => api.describeApps(asked), languages });
  }, [api, language]);
  return <AppLooksContext value={store}>{children}</AppLooksContext>;
}

/** Undefined where no entry is this App's for certain. */
export function useAppLook(app: string | undefined): AppLook | undefined {
  const store = use(AppLooksContext);
  if (store === undefined) throw new Error('an App is shown outside of <AppLooksProvider>');
  useEffect(() => {
    if (app !== undefined) store.want(app);
  });
  return useSyncExternalStore(store.subscribe, () => (app === undefined ? undefined : store.of(app)));
}
