import { mkdirSync, rmSync } from 'node:fs';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { executablePath, quiet } from './build/chromium.ts';

/**
 * Pictures of every page, light and dark, on a phone and on a desktop, into `screenshots/`: `npm run screenshots [ADDRESS]`. Without an
 * address of a running server they show the made-up data of the mocked mode.
 */
const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 375, height: 812 } };
const folder = new URL('screenshots/', import.meta.url).pathname;
const [given] = process.argv.slice(2);

async function mocked() {
  const server = await createServer({ mode: 'mocked', server: { port: 0 }, logLevel: 'error' });
  await server.listen();
  return { url: server.resolvedUrls?.local[0] ?? '', close: () => server.close() };
}

const server = given === undefined ? await mocked() : { url: given, close: async () => {} };
const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: quiet });
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
try {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const theme of ['light', 'dark'] as const) {
      const context = await browser.newContext({ viewport, colorScheme: theme, locale: 'en' });
      const page = await context.newPage();
      page.on('pageerror', (error) => console.error(error.message));
      page.on('console', (message) => message.type() === 'error' && console.error(message.text()));
      await page.goto(server.url);
      await page.waitForSelector('nav a, form', { state: 'attached', timeout: 60_000 });
      const paths = await page.$$eval('aside nav a', (links) =>
        links.map((link) => (link as HTMLAnchorElement).hash.slice(1)),
      );
      const titles = new Map(
        await page.$$eval('aside nav a', (links) =>
          links.map((link) => [(link as HTMLAnchorElement).hash.slice(1), link.textContent?.trim() ?? ''] as const),
        ),
      );
      const parts = paths.includes('/settings')
        ? ['account', 'messages', 'keys', 'users', 'audit', 'data', 'about']
        : [];
      for (const path of [...paths, ...parts.map((part) => `/settings?part=${part}`)]) {
        await page.goto(`${server.url.replace(/\/$/, '')}/#${path}`);
        // A page is there when its texts are, and has what it shows when nothing loads any more.
        await page.waitForFunction(
          (title) =>
            document.querySelector('main')?.checkVisibility() &&
            (title === null || document.querySelector('h1')?.textContent?.trim() === title),
          titles.get(path) ?? null,
        );
        await page.waitForTimeout(1500);
        await page.waitForFunction(() => document.querySelector('main [aria-busy=true]') === null);
        const name = path.replace(/\W+/g, '-').replace(/^-|-$/g, '') || 'overview';
        await page.screenshot({ path: `${folder}${name}.${size}.${theme}.png`, fullPage: true });
      }
      await context.close();
    }
  }
} finally {
  await browser.close();
  await server.close();
}
