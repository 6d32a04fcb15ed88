import ui from '@nuxt/ui/vue-plugin';
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { afterEach } from 'vitest';
import { userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-vue';
import { nextTick } from 'vue';
import App from '../../src/App.vue';
import { preferences } from '../../src/composables/preferences.ts';
import { i18n, startLanguage } from '../../src/i18n/i18n.ts';
import '../../src/main.css';
import { mock } from '../../src/mocks/mock.ts';
import { router } from '../../src/router.ts';
import { me, start, token } from '../../src/session/session.ts';

afterEach(() => cleanup());

/** The whole application at one address, with made-up data; `prepare` changes what the server answers. */
export async function openPage(path: string, prepare: () => void = () => {}) {
  // Nothing is hovered that the test before clicked.
  await userEvent.hover(document.documentElement, { position: { x: 0, y: 0 } });
  await mock();
  prepare();
  preferences.language = 'en';
  // Nobody is known from the test before.
  me.value = null;
  token.value = null;
  await Promise.all([startLanguage(), start()]);
  await router.push(path);
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const screen = render(App, { global: { plugins: [router, i18n, ui, [VueQueryPlugin, { queryClient }]] } });
  await router.isReady();
  await nextTick();
  return screen;
}

export function setTheme(theme: 'light' | 'dark'): void {
  document.documentElement.classList.remove('light', 'dark');
  document.documentElement.classList.add(theme);
}
