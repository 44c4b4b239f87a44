// The toasts of a window: the newest one is shown.
import { useCallback, useRef, useState } from 'react';
import type { Toast } from './design/toasts.tsx';

export interface Toasts {
  readonly shown: readonly Toast[];
  readonly show: (toast: Omit<Toast, 'id'>) => void;
  readonly close: (id: string) => void;
}

export function useToasts(): Toasts {
  const [shown, setShown] = useState<readonly Toast[]>([]);
  const count = useRef(0);
  const show = useCallback((toast: Omit<Toast, 'id'>) => {
    count.current += 1;
    setShown([{ ...toast, id: String(count.current) }]);
  }, []);
  const close = useCallback(
    (id: string) => setShown((toasts) => toasts.filter((toast) => toast.id !== id)),
    [],
  );
  return { shown, show, close };
}
