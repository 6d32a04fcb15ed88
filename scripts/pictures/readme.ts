import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { ADMIN, openStage } from './stage.ts';

/**
 * The pictures of the README (`npm run dashboard:pictures`), of a real server that has analysed our own example photos with the model of
 * this repository. Needs `npm run build`, `npm run dashboard:build` and Chromium.
 */
const CHROMIUM = process.env.H200_CHROMIUM ?? '/usr/bin/chromium';
const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const VIEW = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 800 };
const MOST_BYTES = 150_000;
const SENTENCE = 'Mugs must be at most 5 cm from laptops';

const stage = await openStage();
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
try {
  mkdirSync(FOLDER, { recursive: true });
  const light = await browser.newContext({ viewport: VIEW, colorScheme: 'light', locale: 'en' });
  const page = await logIn(light);
  await go(page, `/history/${stage.analyses.at(-1)}`);
  await page
    .getByTestId('findings')
    .getByText(/too close/)
    .first()
    .waitFor();
  await page.waitForTimeout(3000);
  await keep(page, 'desk');

  await go(page, '/rules');
  await page.getByLabel('What shall hold, in one sentence').fill(SENTENCE);
  await page.getByText('Cannot hold together with another rule').waitFor();
  await page
    .getByText(/checks/)
    .first()
    .waitFor();
  await keep(page, 'rules');
  await light.close();

  const dark = await browser.newContext({ viewport: VIEW, colorScheme: 'dark', locale: 'en' });
  const night = await logIn(dark);
  await go(night, '/cameras');
  await night.getByTestId('camera-now').getByText('Laptop Safety Distance').first().waitFor();
  await night.waitForTimeout(3000);
  await keep(night, 'cameras');
  await dark.close();

  const phones = await browser.newContext({
    viewport: PHONE,
    colorScheme: 'light',
    locale: 'en',
    deviceScaleFactor: 2,
  });
  const phone = await logIn(phones);
  await go(phone, '/history');
  await phone.waitForFunction(() => document.querySelectorAll('[data-testid=history] img').length >= 4);
  await phone.waitForTimeout(2000);
  await keep(phone, 'history-phone');
  await phones.close();
} finally {
  await browser.close();
  await stage.close();
}

async function logIn(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(stage.url);
  await page.getByLabel('Name').fill(ADMIN.username);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  return page;
}

async function go(page: Page, path: string): Promise<void> {
  await page.goto(`${stage.url}/#${path}`);
}

/** As WebP, as good as fits. */
async function keep(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  const shot = await page.screenshot();
  for (const quality of [90, 80, 70, 60]) {
    const bytes = await sharp(shot).webp({ quality, effort: 6 }).toBuffer();
    if (bytes.length > MOST_BYTES) continue;
    writeFileSync(`${FOLDER}${name}.webp`, bytes);
    console.log(`docs/pictures/${name}.webp: ${Math.round(bytes.length / 1000)} kB`);
    return;
  }
  throw new Error(`${name} does not fit into ${MOST_BYTES} bytes`);
}
