import { watchEffect } from 'vue';
import { createI18n } from 'vue-i18n';
import { preferences } from '../composables/preferences.ts';
import type en from '../locales/en/index.ts';

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;
export type Messages = typeof en;

const load: Record<Language, () => Promise<{ default: Messages }>> = {
  en: () => import('../locales/en/index.ts'),
  de: () => import('../locales/de/index.ts'),
};

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  missingWarn: false,
  messages: {} as Record<Language, Messages>,
});

/** The language of the preferences, else one of the browser's, else English. */
export function chosenLanguage(): Language {
  const wanted = preferences.language === 'auto' ? navigator.languages : [preferences.language];
  const found = wanted.map((one) => one.slice(0, 2)).find((one) => one in LANGUAGES);
  return (found as Language | undefined) ?? 'en';
}

/** Texts are there when it resolves; follows the preferences from then on. */
export async function startLanguage(): Promise<void> {
  await use(chosenLanguage());
  watchEffect(() => void use(chosenLanguage()));
}

async function use(language: Language): Promise<void> {
  const { global } = i18n;
  if (!global.availableLocales.includes(language)) {
    const { default: messages } = await load[language]();
    global.setLocaleMessage(language, messages);
  }
  global.locale.value = language;
  document.documentElement.lang = language;
}
