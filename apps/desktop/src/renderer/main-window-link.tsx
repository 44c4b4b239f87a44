// From the prompt window to the main window. Only where a browser shows the pages: elsewhere the host opens its windows itself.
import type { ReactNode } from 'react';
import { useWords } from './language/words.tsx';
import styles from './main-window-link.module.css';

export function MainWindowLink(): ReactNode {
  const words = useWords();
  if (!location.protocol.startsWith('http')) return null;
  return (
    <a className={styles['link']} href="./main.html" target="sallyport-main">
      {words('main-window.open')}
    </a>
  );
}
