// The feed of History in components: follows the search, and looks for what is new when something happened.
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useDesktop } from '../use-desktop.tsx';
import { HistoryFeed } from './history-feed.ts';
import type { FeedState } from './history-feed.ts';
import { historySearch } from './history-search.ts';

/** While somebody types, each letter is a search. */
const TYPING_MS = 20;
/** Ten thousand verdicts a second are one look. */
const LOOK_MS = 500;

export function useHistoryFeed(text: string): { readonly feed: HistoryFeed; readonly state: FeedState } {
  const { api, store } = useDesktop();
  const [feed] = useState(() => new HistoryFeed((query) => api.listHistory(query)));
  const state = useSyncExternalStore(feed.subscribe, feed.state);
  useEffect(() => {
    const show = (): void => void feed.show(historySearch(text, Date.now()).filter);
    const timer = setTimeout(show, feed.state().rows.length === 0 ? 0 : TYPING_MS);
    let looking: ReturnType<typeof setTimeout> | undefined;
    const leave = store.subscribe((update) => {
      if (update.kind === 'snapshot') return show();
      if (update.changes.some(({ kind }) => kind === 'agent')) show();
      else if (update.changes.some(({ kind }) => kind === 'history'))
        looking ??= setTimeout(() => {
          looking = undefined;
          void feed.look();
        }, LOOK_MS);
    });
    return () => {
      clearTimeout(timer);
      clearTimeout(looking);
      leave();
    };
  }, [feed, store, text]);
  return { feed, state };
}
