import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { start, waitForLine } from '../support/program.ts';

const CHROMIUM = process.env.H200_CHROMIUM ?? '/usr/bin/chromium';
const PAGE = fileURLToPath(new URL('../../dashboard/dist/index.html', import.meta.url));
const PHOTO = fileURLToPath(new URL('../../examples/mug-too-close.jpg', import.meta.url));
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
/** Of the dashboard's tools, as this page's own archives are made with it. */
const { unzipSync } = createRequire(new URL('../../dashboard/package.json', import.meta.url))('fflate') as {
  unzipSync(bytes: Uint8Array): Record<string, Uint8Array>;
};
/** A folder for pictures of each step, to look at. */
const PICTURES = process.env.H200_PICTURES;

/** A person at the dashboard of a real server with the embedded model. */
describe.skipIf(!existsSync(CHROMIUM) || !existsSync(PAGE))(
  'the desk in the dashboard (needs Chromium and its build)',
  () => {
    let folder: string;
    let server: ChildProcess;
    let browser: Browser;
    let page: Page;
    let url: string;
    const errors: string[] = [];
    const elsewhere: string[] = [];

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'h200-dashboard-'));
      server = start(['serve', '--port', '0'], { env: { H200_DATA_DIR: folder } });
      const [, address = ''] = await waitForLine(server, /(http:\/\/127\.0\.0\.1:\d+)/);
      url = address;
      const made = await fetch(`${url}/api/v1/rules`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: 'Keep mugs at least 6 inches away from laptops' }),
      });
      expect(made.status).toBe(201);
      // The camera of this device shows the example photo.
      const film = join(folder, 'camera.mjpeg');
      writeFileSync(film, Buffer.concat(Array.from({ length: 30 }, () => readFileSync(PHOTO))));
      browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: [
          ...FLAGS,
          '--use-fake-device-for-media-stream',
          '--use-fake-ui-for-media-stream',
          `--use-file-for-fake-video-capture=${film}`,
        ],
      });
      page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, locale: 'en', acceptDownloads: true });
      page.on('pageerror', (error) => errors.push(error.message));
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      page.on('request', (request) => {
        if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) elsewhere.push(request.url());
      });
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      server?.kill();
      rmSync(folder, { recursive: true, force: true });
    });

    const picture = async (name: string) => {
      if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
    };
    const findings = () => page.getByTestId('findings');

    it('photo → rule → violated → dragged → satisfied → corrected → history → compared → exported', async () => {
      await page.goto(`${url}/#/analyse`);
      await page.setInputFiles('input[type=file]', PHOTO);
      await findings().waitFor({ timeout: 60_000 });
      await expect.poll(() => findings().textContent()).toContain('broken');
      await expect.poll(() => page.locator('#photo').getAttribute('href')).toMatch(/^blob:/);
      await expect.poll(() => page.locator('.link.violated .bar').count()).toBeGreaterThan(0);
      expect(await page.locator('[data-id^=mug] .foot').count()).toBeGreaterThan(0);
      await picture('analysed');

      const box = await page.locator('.mug.violated > .box').first().boundingBox();
      if (!box) throw new Error('no mug');
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      const laptop = await page.locator('[data-id^=laptop] > .box').first().boundingBox();
      const away = (laptop?.x ?? 0) + (laptop?.width ?? 0) / 2 > x ? -1 : 1;
      await page.mouse.move(x, y);
      await page.mouse.down();
      for (let i = 1; i <= 10; i += 1) await page.mouse.move(x + away * 18 * i, y + 4 * i);
      await picture('dragging');
      await page.mouse.up();
      await expect
        .poll(() => page.getByTestId('scene-status').textContent(), { timeout: 20_000 })
        .toMatch(/If it lay like this: 0 broken/);
      await picture('dragged');
      await page.getByRole('button', { name: 'Put back' }).click();
      await expect.poll(() => findings().textContent()).toContain('broken');

      const tryIt = page.getByRole('button', { name: /^Try it/ });
      if ((await tryIt.count()) > 0) {
        await tryIt.first().click();
        await expect.poll(() => page.getByTestId('scene-status').textContent()).toMatch(/If it lay like this/);
        await picture('tried');
      }

      await page.getByRole('tab', { name: 'Correct objects' }).click();
      await page
        .getByRole('button', { name: /^Remove laptop/ })
        .first()
        .click();
      await page.getByRole('button', { name: 'Measure again', exact: true }).click();
      await page.getByText('corrected by hand').waitFor();
      expect(await page.locator('[data-id^=laptop]').count()).toBe(0);
      await picture('corrected');

      await page.goto(`${url}/#/history`);
      await page.getByText('2 analyses').waitFor();
      await expect.poll(() => page.locator('[data-testid=history] img').count()).toBe(2);
      await picture('history');
      for (const one of await page.getByRole('checkbox').all()) await one.check();
      await page.getByRole('button', { name: 'Compare' }).click();
      await page.getByTestId('moved').waitFor();
      expect(await page.getByTestId('moved').textContent()).toMatch(/mug.*mm ±.*gone/);
      await picture('compared');

      await page.goto(`${url}/#/history`);
      await page.getByRole('button', { name: 'Export' }).click();
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: 'Table (CSV)' }).click(),
      ]);
      const table = readFileSync(await file.path(), 'utf8');
      expect(table.trim().split('\r\n')).toHaveLength(3);
      expect(table).toMatch(/^"analysis_id",/);

      await page.getByRole('button', { name: 'Export' }).click();
      const [archive] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name: 'Pictures and data (ZIP)' }).click(),
      ]);
      await page.getByText('2 analyses are in the file.').waitFor();
      const files = unzipSync(readFileSync(await archive.path()));
      const names = Object.keys(files).sort();
      expect(names.map((name) => name.replace(/^.*\./, ''))).toEqual(['jpg', 'json', 'jpg', 'json']);
      for (const name of names) {
        if (name.endsWith('.jpg')) expect(Buffer.from(files[name]!).readUInt16BE(0), name).toBe(0xffd8);
        else expect(table).toContain(JSON.parse(Buffer.from(files[name]!).toString()).analysis_id);
      }
      expect(errors).toEqual([]);
      expect(elsewhere).toEqual([]);
    }, 180_000);

    it('a picture taken with the camera of this device is analysed', async () => {
      await page.goto(`${url}/#/analyse`);
      await page.getByRole('button', { name: 'Take a photo' }).click();
      const dialog = page.getByRole('dialog');
      await expect
        .poll(() => dialog.locator('video').evaluate((video) => (video as HTMLVideoElement).videoWidth), {
          timeout: 20_000,
        })
        .toBeGreaterThan(0);
      await picture('camera-of-this-device');
      await dialog.getByRole('button', { name: 'Take it' }).click();
      await expect.poll(() => findings().textContent(), { timeout: 60_000 }).toContain('broken');
      expect(errors).toEqual([]);
    }, 120_000);

    it('a rectangle drawn on the photo becomes a camera with its grid, which a known length is checked against', async () => {
      await page.goto(`${url}/#/history`);
      await page.locator('[data-testid=history] a').last().click();
      await page.getByRole('tab', { name: 'Draw on the photo' }).click();
      await page.getByRole('button', { name: 'Known rectangle' }).click();
      const scene = await page.locator('#scene').boundingBox();
      if (!scene) throw new Error('no scene');
      const at = (fx: number, fy: number) => page.mouse.click(scene.x + fx * scene.width, scene.y + fy * scene.height);
      for (const [fx, fy] of [
        [0.35, 0.55],
        [0.6, 0.55],
        [0.68, 0.8],
        [0.3, 0.8],
      ] as const)
        await at(fx, fy);
      await page.getByRole('combobox', { name: 'Size of the rectangle' }).click();
      await page.getByRole('option', { name: 'own size' }).click();
      await page.getByLabel('Name of the camera').fill('Window');
      await picture('drawn');
      await page.getByRole('button', { name: 'Keep for this camera' }).click();
      await page.getByText(/^Kept\. Choose it/).waitFor();

      await page.goto(`${url}/#/cameras`);
      await page.getByText(/One square is \d+ mm wide/).waitFor();
      await expect.poll(() => page.locator('#photo').getAttribute('href')).toMatch(/^blob:/);
      await page.getByLabel('Known length, mm').fill('297');
      await page.getByRole('button', { name: 'Mark the ends' }).click();
      const grid = await page.locator('#scene').boundingBox();
      if (!grid) throw new Error('no grid');
      for (const fx of [0.35, 0.6]) await page.mouse.click(grid.x + fx * grid.width, grid.y + 0.55 * grid.height);
      await expect.poll(() => page.getByTestId('measured').textContent()).toContain('It agrees with the ruler');
      await picture('camera');
      expect(errors).toEqual([]);
    }, 120_000);
  },
);
