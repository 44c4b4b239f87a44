// What holds where a person chose nothing, and the name under which a document carries what they chose: for pages, which load no `zod`.
import type { Preferences } from './preferences.ts';

export const DEFAULT_PREFERENCES: Preferences = {
  theme: 'desktop',
  contrast: 'desktop',
  language: 'desktop',
  isWelcomed: false,
  knowsCuts: false,
  promptScope: 'endpoint',
  promptLifetime: 'hour',
  promptDetailsOpen: false,
};

/** A `meta` of each page that a host serves: the preferences as JSON, so that the first paint knows them. */
export const PREFERENCES_META = 'sallyport-preferences';
