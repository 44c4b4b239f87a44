// How the pages look: what a person chose, else what the desktop says. Set on the document before anything is drawn.
import { preferencesIn } from './preferences.tsx';
import type { StateStore } from './state-store.ts';

const MORE_CONTRAST = matchMedia('(prefers-contrast: more)');

/** From now on the document follows. Once for each page. */
export function followAppearance(store: StateStore | undefined): void {
  const apply = (): void => applyAppearance(store);
  apply();
  store?.subscribe(apply);
  MORE_CONTRAST.addEventListener('change', apply);
}

function applyAppearance(store: StateStore | undefined): void {
  const { theme, contrast } = preferencesIn(store);
  setOrRemove('data-theme', theme === 'desktop' ? undefined : theme);
  setOrRemove('data-contrast', contrast === 'more' || MORE_CONTRAST.matches ? 'more' : undefined);
}

/** Only what differs: a page may be told of many changes in a second. */
function setOrRemove(name: string, value: string | undefined): void {
  const root = document.documentElement;
  if (root.getAttribute(name) === (value ?? null)) return;
  if (value === undefined) root.removeAttribute(name);
  else root.setAttribute(name, value);
}
