// Starts a page: finds its host, follows the state, and puts the page into the document in the person's language.
import { StrictMode } from 'react';
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { followAppearance } from './appearance.ts';
import { findDesktopApi } from './bridge.ts';
import { EmptyState } from './design/empty-state.tsx';
import { TooltipProvider } from './design/tooltip.tsx';
import { LanguageProvider } from './language/language-provider.tsx';
import type { Catalogs } from '../shared/languages.ts';
import { useWords } from './language/words.tsx';
import { PreferencesProvider } from './preferences.tsx';
import { stateStore } from './state-store.ts';
import { AppLooksProvider } from './use-app-look.tsx';
import { DesktopProvider } from './use-desktop.tsx';

export function mount(page: ReactNode, catalogs: Catalogs): void {
  const element = document.getElementById('page');
  if (element === null) throw new Error('the document has no element with the id "page"');
  const api = findDesktopApi();
  const store = api && stateStore(api);
  followAppearance(store);
  createRoot(element).render(
    <StrictMode>
      <PreferencesProvider store={store}>
        <LanguageProvider catalogs={catalogs}>
          <TooltipProvider>
            {api === undefined || store === undefined ? (
              <NoHost />
            ) : (
              <DesktopProvider api={api} store={store}>
                <AppLooksProvider>{page}</AppLooksProvider>
              </DesktopProvider>
            )}
          </TooltipProvider>
        </LanguageProvider>
      </PreferencesProvider>
    </StrictMode>,
  );
}

function NoHost(): ReactNode {
  const words = useWords();
  return (
    <main>
      <EmptyState icon="gate-off" title={words('no-host.title')}>
        <p>{words('no-host.text')}</p>
      </EmptyState>
    </main>
  );
}
