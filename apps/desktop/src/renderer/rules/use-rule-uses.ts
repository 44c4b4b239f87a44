// How often rules decided: asked for while somebody looks at the page.
import { useEffect, useState } from 'react';
import { useDesktop, useDesktopPart } from '../use-desktop.tsx';
import type { Uses } from './search.ts';

const ASK_EVERY_MS = 10_000;

/** Undefined until they are known. */
export function useRuleUses(): Uses | undefined {
  const { api } = useDesktop();
  const isConnected = useDesktopPart((state) => state.connection.kind === 'connected');
  const [uses, setUses] = useState<Uses>();
  useEffect(() => {
    if (!isConnected) return;
    let isOver = false;
    const ask = async (): Promise<void> => {
      if (document.hidden) return;
      const outcome = await api.listRuleUses();
      if (!isOver && outcome.ok) setUses(new Map(outcome.value.uses.map((use) => [use.ruleId, use])));
    };
    void ask();
    const timer = setInterval(() => void ask(), ASK_EVERY_MS);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [api, isConnected]);
  return uses;
}
