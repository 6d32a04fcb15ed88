import ui from '@nuxt/ui/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig, loadEnv, type ProxyOptions } from 'vite';
import { firstLoad } from './build/first-load.ts';
import { licences } from './build/licences.ts';

/** A running `h200-mug serve`, for development. */
const SERVER = 'http://127.0.0.1:8000';

/** The server takes calls of its own pages only: what comes through here says that it is one. */
function toServer(target: string): ProxyOptions {
  return {
    target,
    changeOrigin: true,
    ws: true,
    configure(proxy) {
      proxy.on('proxyReq', (request) => request.setHeader('origin', target));
      proxy.on('proxyReqWs', (request) => request.setHeader('origin', target));
    },
  };
}

export const uiOptions: Parameters<typeof ui>[0] = {
  autoImport: false as never,
  components: { dts: '.generated/components.d.ts', dirs: [] },
  // Nothing is fetched from elsewhere: every icon that a file names is in the page.
  icon: { clientBundle: { scan: { globInclude: ['src/**/*.{vue,ts}'] } } },
  ui: {
    colors: { primary: 'teal', neutral: 'zinc' },
    // What is pointed at is read as well as before (4.5:1): the library fades it to three quarters.
    button: {
      compoundVariants: (['primary', 'error'] as const).map((color) => ({
        color,
        variant: 'solid' as const,
        class: `hover:bg-${color}/90 active:bg-${color}/90`,
      })),
    },
  },
};

export default defineConfig(({ mode }) => {
  const target = loadEnv(mode, process.cwd(), 'H200_').H200_DASHBOARD_SERVER ?? SERVER;
  const proxy = Object.fromEntries(['/api', '/ws', '/files', '/health'].map((path) => [path, toServer(target)]));
  return {
    // Wherever the page lies, behind whatever path prefix.
    base: './',
    plugins: [vue(), ui(uiOptions), licences(), firstLoad()],
    define: {
      __VUE_OPTIONS_API__: true,
      __VUE_I18N_LEGACY_API__: false,
      __VUE_I18N_FULL_INSTALL__: false,
      __INTLIFY_PROD_DEVTOOLS__: false,
    },
    build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, manifest: true },
    server: { host: '127.0.0.1', port: 5173, ...(mode !== 'mocked' && { proxy }) },
  };
});
