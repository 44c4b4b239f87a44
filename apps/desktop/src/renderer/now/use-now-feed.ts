// The feed of Now in components: it runs while the page is there.
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useDesktop } from '../use-desktop.tsx';
import { NowFeed } from './now-feed.ts';
import type { NowState } from './now-feed.ts';

export function useNowFeed(): NowState {
  const { api, store } = useDesktop();
  const [feed] = useState(
    () => new NowFeed({ api, store, nowMs: () => Date.now(), isHidden: () => document.hidden }),
  );
  const state = useSyncExternalStore(feed.subscribe, feed.state);
  useEffect(() => {
    feed.start();
    return () => feed.stop();
  }, [feed]);
  return state;
}
