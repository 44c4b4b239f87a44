// What just happened, told once and politely. A toast waits while the pointer or the focus is on it, up to its own end.
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { Button, IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';
import styles from './toasts.module.css';

export interface Toast {
  readonly id: string;
  readonly icon: IconName;
  readonly text: ReactNode;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
  readonly showMs: number;
}

interface ToastRegionProps {
  readonly label: string;
  readonly closeLabel: string;
  readonly toasts: readonly Toast[];
  readonly onClose: (id: string) => void;
}

export function ToastRegion({ label, closeLabel, toasts, onClose }: ToastRegionProps): ReactNode {
  return (
    <section className={styles['region']} role="status" aria-label={label}>
      {toasts.map((toast) => (
        <ToastRow key={toast.id} toast={toast} closeLabel={closeLabel} onClose={onClose} />
      ))}
    </section>
  );
}

interface ToastRowProps {
  readonly toast: Toast;
  readonly closeLabel: string;
  readonly onClose: (id: string) => void;
}

function ToastRow({ toast, closeLabel, onClose }: ToastRowProps): ReactNode {
  const [isHeld, setIsHeld] = useState(false);
  const { id, showMs } = toast;
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => onClose(id), showMs);
    return () => clearTimeout(timer);
  }, [id, isHeld, onClose, showMs]);
  return (
    <div
      className={styles['toast']}
      onPointerEnter={() => setIsHeld(true)}
      onPointerLeave={() => setIsHeld(false)}
      onFocus={() => setIsHeld(true)}
      onBlur={() => setIsHeld(false)}
    >
      <Icon name={toast.icon} />
      <p className={styles['text']}>{toast.text}</p>
      {toast.action !== undefined && (
        <Button kind="quiet" onClick={toast.action.run}>
          {toast.action.label}
        </Button>
      )}
      <IconButton label={closeLabel} icon="close" onClick={() => onClose(id)} />
    </div>
  );
}
