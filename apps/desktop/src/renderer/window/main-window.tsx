// The main window: the rail on the left, the search and the mode above, and the page that the address names.
import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { ConnectionState } from '../connection-state.tsx';
import { ToastRegion } from '../design/toasts.tsx';
import { useWords } from '../language/words.tsx';
import { useDesktopPart } from '../use-desktop.tsx';
import { useToasts } from '../use-toasts.ts';
import { Welcome } from '../welcome/welcome.tsx';
import { Banners } from './banners.tsx';
import styles from './main-window.module.css';
import { pageOf } from './pages.ts';
import { Rail } from './rail.tsx';
import { ShowToastContext } from '../show-toast.ts';
import { TopBar } from './top-bar.tsx';
import { useRoute } from './use-route.ts';

export function MainWindow(): ReactNode {
  const words = useWords();
  const toasts = useToasts();
  const entry = pageOf(useRoute().page);
  const title = words(entry.title);
  useEffect(() => {
    document.title = `${title} – Sallyport`;
  }, [title]);
  return (
    <ShowToastContext value={toasts.show}>
      <div className={styles['window']}>
        <a className={styles['skip']} href="#content" onClick={focusContent}>
          {words('main.skip')}
        </a>
        <Rail current={entry.id} />
        <div className={styles['side']}>
          <TopBar entry={entry} />
          <Banners />
          <main id="content" tabIndex={-1} className={styles['content']} aria-label={title}>
            <Content key={entry.id} entry={entry} />
          </main>
          <Welcome />
          <div className={styles['toasts']}>
            <ToastRegion
              label={words('notices')}
              closeLabel={words('close')}
              toasts={toasts.shown}
              onClose={toasts.close}
            />
          </div>
        </div>
      </div>
    </ShowToastContext>
  );
}

/** What was known of an agent that is gone is still shown; of one that never was there is nothing. */
function Content({ entry: { Page } }: { readonly entry: ReturnType<typeof pageOf> }): ReactNode {
  const connection = useDesktopPart((state) => state.connection);
  const isKnown = useDesktopPart((state) => state.status !== undefined);
  return isKnown ? <Page /> : <ConnectionState connection={connection} />;
}

/** The fragment of the address is the route, so the link must not change it. */
function focusContent(event: { readonly preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
