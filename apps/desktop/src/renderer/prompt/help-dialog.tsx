// What the keyboard does here, and in which language.
import type { ReactNode } from 'react';
import { Dialog } from '../design/dialog.tsx';
import { LanguageSelect } from '../language/language-select.tsx';
import { useWords } from '../language/words.tsx';
import { MainWindowLink } from '../main-window-link.tsx';
import styles from './help-dialog.module.css';

const KEYS = [
  ['A', 'help.allow'],
  ['D', 'help.deny'],
  ['S', 'help.scope'],
  ['L', 'help.lifetime'],
  ['Esc', 'help.later'],
  ['Tab', 'help.tab'],
  ['?', 'help.help'],
] as const;

interface HelpDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function HelpDialog({ isOpen, onClose }: HelpDialogProps): ReactNode {
  const words = useWords();
  return (
    <Dialog title={words('help')} closeLabel={words('close')} isOpen={isOpen} onClose={onClose}>
      <p>{words('help.text')}</p>
      <dl className={styles['keys']}>
        {KEYS.map(([key, id]) => (
          <div key={key} className={styles['key']}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{words(id)}</dd>
          </div>
        ))}
      </dl>
      <p className={styles['quiet']}>{words('help.return')}</p>
      <p className={styles['language']}>
        <LanguageSelect />
      </p>
      <p>
        <MainWindowLink />
      </p>
    </Dialog>
  );
}
