// Which of an entry's names a person reads. Entries write locales as POSIX does (zh_CN, sr@latin), people's languages come as in BCP 47.

/** Undefined where there is not even the one without a language. */
export function localizedName(
  names: ReadonlyMap<string, string>,
  languages: readonly string[],
): string | undefined {
  for (const language of languages) {
    const key = keysOf(language).find((candidate) => names.has(candidate));
    if (key !== undefined) return names.get(key);
    // A name without a language is English by custom.
    if (language.toLowerCase().split('-')[0] === 'en') break;
  }
  return names.get('');
}

const MODIFIERS: Readonly<Record<string, string>> = { Latn: 'latin', Cyrl: 'cyrillic' };

/** From the closest to the language alone. A script stands for its usual country: zh-Hans is zh_CN. */
function keysOf(tag: string): readonly string[] {
  const locale = localeOf(tag);
  if (locale === undefined) return [];
  const { language, script, region } = locale;
  const full = locale.maximize();
  const modifier = script === undefined ? undefined : MODIFIERS[script];
  const places = [region, full.region].filter((place) => place !== undefined);
  const withModifier = modifier === undefined ? [] : [`${language}@${modifier}`];
  return [...withModifier, ...places.map((place) => `${language}_${place}`), language];
}

function localeOf(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag);
  } catch {
    return undefined;
  }
}
