// The languages of the desktop, and which of them a person reads best. docs/translating.md says how one is added.

export const LANGUAGES = [
  { tag: 'en', name: 'English' },
  { tag: 'zh-Hans', name: '简体中文' },
] as const;

export type LanguageTag = (typeof LANGUAGES)[number]['tag'];

/** Messages by id, in ICU MessageFormat. */
export type Catalog<Id extends string = string> = Readonly<Record<Id, string>>;

/** What a page, or the application itself, can say in every language. */
export type Catalogs = Readonly<Record<LanguageTag, Catalog>>;

/** The first wanted language that there is: in its script if possible, else in another one; English if there is none. */
export function bestLanguage(wanted: readonly string[]): LanguageTag {
  for (const tag of wanted) {
    const found = sameLanguage(tag, 'script') ?? sameLanguage(tag, 'language');
    if (found !== undefined) return found;
  }
  return 'en';
}

/** What a person chose for all windows, else the best of those that they read. */
export function languageOf(
  chosen: { readonly language: LanguageTag | 'desktop' } | undefined,
  wanted: readonly string[],
): LanguageTag {
  const language = chosen?.language ?? 'desktop';
  return language === 'desktop' ? bestLanguage(wanted) : language;
}

export function isLanguageTag(tag: string): tag is LanguageTag {
  return LANGUAGES.some((language) => language.tag === tag);
}

function sameLanguage(tag: string, precision: 'script' | 'language'): LanguageTag | undefined {
  const wanted = written(tag);
  return LANGUAGES.map((language) => language.tag).find((known) => {
    const { language, script } = written(known) ?? {};
    return language === wanted?.language && (precision === 'language' || script === wanted?.script);
  });
}

function written(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag).maximize();
  } catch {
    return undefined;
  }
}
