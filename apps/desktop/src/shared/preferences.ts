// Preferences: what a person chose for all windows of the desktop, on this machine. The one definition of the file and of the calls;
// host/preferences-file.ts keeps it.
import { z } from 'zod';
import { LANGUAGES } from './languages.ts';
import { DEFAULT_PREFERENCES } from './preference-defaults.ts';

const TAGS = LANGUAGES.map(({ tag }) => tag);

const fields = {
  theme: z.enum(['desktop', 'light', 'dark']),
  contrast: z.enum(['desktop', 'more']),
  language: z.enum(['desktop', ...TAGS]),
  /** Whether the welcome was read, or left. */
  isWelcomed: z.boolean(),
  /** Told once, at the first deny in Now: what is open is cut as well. */
  knowsCuts: z.boolean(),
  /** What a question begins with. Neither everything nor for ever can be preferred. */
  promptScope: z.enum(['endpoint', 'address', 'network', 'port']),
  promptLifetime: z.enum(['once', 'process', 'hour', 'day', 'restart']),
  promptDetailsOpen: z.boolean(),
} as const;

export const preferencesSchema = z.object(fields);
export const preferenceChangeSchema = z.strictObject({
  theme: fields.theme.exactOptional(),
  contrast: fields.contrast.exactOptional(),
  language: fields.language.exactOptional(),
  isWelcomed: fields.isWelcomed.exactOptional(),
  knowsCuts: fields.knowsCuts.exactOptional(),
  promptScope: fields.promptScope.exactOptional(),
  promptLifetime: fields.promptLifetime.exactOptional(),
  promptDetailsOpen: fields.promptDetailsOpen.exactOptional(),
});

/** What is wrong with the file; what cannot be read in it is as if it had never been chosen. */
export const preferencesProblemSchema = z.object({
  /** `fields`: some have values that nothing is known of. `unreadable`: nothing of it could be read. */
  kind: z.enum(['fields', 'unreadable']),
  file: z.string(),
  /** Which fields, or why it could not be read. */
  what: z.string(),
});

export const keptPreferencesSchema = z.object({
  chosen: preferencesSchema.readonly(),
  problem: preferencesProblemSchema.readonly().optional(),
});

export interface PreferencesReading {
  readonly preferences: Preferences;
  /** Names of fields whose values cannot be used. */
  readonly unusable: readonly string[];
}

/** Each field by itself, so that one that is wrong, or of another version, takes no other with it. */
export function readPreferences(content: Readonly<Record<string, unknown>>): PreferencesReading {
  const names = Object.keys(fields).filter((name) => Object.hasOwn(content, name));
  const unusable = names.filter(
    (name) => !fields[name as keyof Preferences].safeParse(content[name]).success,
  );
  const usable = names.filter((name) => !unusable.includes(name)).map((name) => [name, content[name]]);
  // Each value was read by the schema of its field.
  const chosen = Object.fromEntries(usable) as Partial<Preferences>;
  return { preferences: { ...DEFAULT_PREFERENCES, ...chosen }, unusable };
}

export type Preferences = Readonly<z.infer<typeof preferencesSchema>>;
export type PreferenceChange = Readonly<z.infer<typeof preferenceChangeSchema>>;
export type PreferencesProblem = Readonly<z.infer<typeof preferencesProblemSchema>>;
export type KeptPreferences = Readonly<z.infer<typeof keptPreferencesSchema>>;
