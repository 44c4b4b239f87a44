// A modal dialog: the browser's own, which keeps the focus inside, gives it back, and closes on Esc.
import { useEffect, useId, useRef } from 'react';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';
import styles from './dialog.module.css';

interface DialogProps {
  readonly title: string;
  readonly closeLabel: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons, the harmless one first. */
  readonly actions?: ReactNode;
}

export function Dialog({ title, closeLabel, isOpen, onClose, children, actions }: DialogProps): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} className={styles['dialog']} aria-labelledby={titleId} onClose={onClose}>
      {isOpen && (
        <>
          <header className={styles['header']}>
            <h2 id={titleId}>{title}</h2>
            <IconButton label={closeLabel} icon="close" hasTooltip={false} onClick={onClose} />
          </header>
          <div className={styles['content']}>{children}</div>
          {actions !== undefined && <footer className={styles['actions']}>{actions}</footer>}
        </>
      )}
    </dialog>
  );
}
