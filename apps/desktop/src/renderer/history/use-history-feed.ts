// The feed of History in components: follows the search, and looks for what is new when something happened.
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useDesktop } from '../use-desktop.tsx';
import type { Users } from '../users.ts';
import { HistoryFeed } from './history-feed.ts';
import type { FeedState } from './history-feed.ts';
import { historySearch } from './history-search.ts';

/** While somebody types, each letter is a search. */
const TYPING_MS = 20;
/** Ten thousand verdicts a second are one look. */
const LOOK_MS = 500;

/** A search that names a user waits until `users` are known. */
export function useHistoryFeed(
  text: string,
  users: Users | undefined,
): { readonly feed: HistoryFeed; readonly state: FeedState } {
  const { api, store } = useDesktop();
  const [feed] = useState(() => new HistoryFeed((query) => api.listHistory(query)));
  const state = useSyncExternalStore(feed.subscribe, feed.state);
  // Another search needs nobody's name: that users became known is nothing new to it.
  const known = text.includes('user') ? users : undefined;
  useEffect(() => {
    const show = (): void => {
      const { filter, problems } = historySearch(text, Date.now(), known);
      if (known !== undefined || !problems.includes('user')) void feed.show(filter);
    };
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
  }, [feed, store, text, known]);
  return { feed, state };
}
