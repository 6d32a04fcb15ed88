import { addAPIProvider } from '@iconify/vue';
import ui from '@nuxt/ui/vue-plugin';
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query';
import { createApp } from 'vue';
import App from './App.vue';
import { ApiError } from './api/api-error.ts';
import { i18n, startLanguage } from './i18n/i18n.ts';
import './main.css';
import { watchParts } from './outdated.ts';
import { router } from './router.ts';
import { start } from './session/session.ts';

if (import.meta.env.MODE === 'mocked') {
  const { mock } = await import('./mocks/mock.ts');
  mock();
}

/** What the server refused is refused again; what did not arrive may arrive. */
const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, thrown) => failures < 2 && !(thrown instanceof ApiError && thrown.status < 500),
    },
  },
});

// Icons that are not in the page are asked of nobody.
addAPIProvider('', { resources: [] });

watchParts();
await Promise.all([startLanguage(), start()]);
createApp(App).use(router).use(i18n).use(ui).use(VueQueryPlugin, { queryClient }).mount('#app');
