// What a row shows a moment after its text: while one scrolls fast, rows come by dozens, and none of them may hold up the next frame.
import { startTransition, useEffect, useState } from 'react';
import type { ReactNode } from 'react';

export function Later({ children }: { readonly children: ReactNode }): ReactNode {
  const [isDue, setIsDue] = useState(false);
  useEffect(() => startTransition(() => setIsDue(true)), []);
  return isDue ? children : null;
}
