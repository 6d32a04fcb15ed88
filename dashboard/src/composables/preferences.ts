import { reactive, watch } from 'vue';

/** What this browser remembers; nothing of it is a secret. */
export interface Preferences {
  language: 'auto' | 'en' | 'de';
  units: 'mm' | 'inch';
  /** Of the navigation beside the page. */
  narrow: boolean;
}

const KEY = 'h200-preferences';
const DEFAULTS: Preferences = { language: 'auto', units: 'mm', narrow: false };

export const preferences = reactive<Preferences>({ ...DEFAULTS, ...stored() });

watch(preferences, (now) => {
  try {
    localStorage.setItem(KEY, JSON.stringify(now));
  } catch {
    // A browser that stores nothing forgets them with the page.
  }
});

function stored(): Partial<Preferences> {
  try {
    const { language, units, narrow } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, unknown>;
    return {
      ...((language === 'en' || language === 'de') && { language }),
      ...(units === 'inch' && { units }),
      ...(narrow === true && { narrow }),
    };
  } catch {
    return {};
  }
}
