import ui from '@nuxt/ui/vite';
import vue from '@vitejs/plugin-vue';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { executablePath, quiet } from './build/chromium.ts';
import { uiOptions } from './vite.config.ts';

export default defineConfig({
  plugins: [vue(), ui(uiOptions)],
  define: {
    __VUE_OPTIONS_API__: true,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  optimizeDeps: {
    include: [
      '@iconify/vue',
      '@vueuse/core',
      'openapi-fetch',
      'axe-core',
      'vitest-browser-vue',
      'vue',
      'vue-i18n',
      'vue-router',
      '@tanstack/vue-query',
      'uplot',
    ],
  },
  test: executablePath
    ? {
        include: ['tests/**/*.test.ts'],
        testTimeout: 60_000,
        expect: { poll: { timeout: 10_000 } },
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          viewport: { width: 1280, height: 800 },
          provider: playwright({ launchOptions: { executablePath, args: quiet } }),
          instances: [{ browser: 'chromium' }],
        },
      }
    : { include: ['tests/no-browser.ts'] },
});
