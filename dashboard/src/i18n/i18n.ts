import { watchEffect } from 'vue';
import { createI18n } from 'vue-i18n';
import { preferences } from '../composables/preferences.ts';

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;
type Part = 'first' | 'pages';
type Load = () => Promise<{ default: object }>;

const load: Record<Language, Record<Part, Load>> = {
  en: { first: () => import('../locales/en/first.ts'), pages: () => import('../locales/en/pages.ts') },
  de: { first: () => import('../locales/de/first.ts'), pages: () => import('../locales/de/pages.ts') },
};
const wanted = new Set<Part>(['first']);
const loaded = new Set<string>();

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  missingWarn: false,
  messages: {} as Record<Language, Record<string, string>>,
});

/** The language of the preferences, else one of the browser's, else English. */
export function chosenLanguage(): Language {
  const preferred = preferences.language === 'auto' ? navigator.languages : [preferences.language];
  const found = preferred.map((one) => one.slice(0, 2)).find((one) => one in LANGUAGES);
  return (found as Language | undefined) ?? 'en';
}

/** Texts are there when it resolves; follows the preferences from then on. */
export async function startLanguage(): Promise<void> {
  await use(chosenLanguage());
  watchEffect(() => void use(chosenLanguage()));
}

/** The texts of all pages but the first; from then on in every language that is chosen. */
export async function loadPageTexts(): Promise<void> {
  wanted.add('pages');
  await fetchTexts(chosenLanguage());
}

async function use(language: Language): Promise<void> {
  await fetchTexts(language);
  i18n.global.locale.value = language;
  document.documentElement.lang = language;
}

async function fetchTexts(language: Language): Promise<void> {
  const missing = [...wanted].filter((part) => !loaded.has(`${language}/${part}`));
  for (const part of missing) {
    const { default: messages } = await load[language][part]();
    i18n.global.mergeLocaleMessage(language, messages);
    loaded.add(`${language}/${part}`);
  }
}
