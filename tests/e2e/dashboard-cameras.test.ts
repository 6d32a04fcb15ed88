import { type ChildProcess, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/documents.ts';
import { start, waitForLine } from '../support/program.ts';

const CHROMIUM = process.env.H200_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
const PHOTO = join(ROOT, 'examples/mug-too-close.jpg');
/** Where the mug of the photo stands, and a bit of bare desk. */
const MUG = { left: 605, top: 278, width: 140, height: 148 };
const DESK = { left: 590, top: 425, width: 12, height: 12 };
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
const built = existsSync(join(ROOT, 'dashboard/dist/index.html'));

/** Of the dashboard's tools. */
const { unzipSync } = createRequire(join(ROOT, 'dashboard/package.json'))('fflate') as {
  unzipSync(bytes: Uint8Array): Record<string, Uint8Array>;
};

describe.skipIf(!built || !existsSync(CHROMIUM))('the page Cameras of a real server', { timeout: 180_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'h200-dashboard-cameras-'));
  const pictures = join(folder, 'pictures');
  let server: ChildProcess;
  let browser: Browser;
  let page: Page;
  let newest: ReturnType<typeof setInterval>;
  const withoutMug = join(folder, 'without-mug.jpg');
  let seen = PHOTO;
  /** The file is the camera: what is written is a new picture, whole at once. */
  const shoot = () => {
    copyFileSync(seen, join(folder, 'next.jpg'));
    renameSync(join(folder, 'next.jpg'), join(pictures, 'now.jpg'));
  };

  const picture = async (name: string) => {
    if (process.env.H200_PICTURES)
      await page.screenshot({ path: `${process.env.H200_PICTURES}/${name}.png`, fullPage: true });
  };

  beforeAll(async () => {
    mkdirSync(pictures);
    const desk = sharp(await sharp(PHOTO).extract(DESK).toBuffer()).resize(MUG.width, MUG.height, { fit: 'fill' });
    await sharp(PHOTO)
      .composite([{ input: await desk.toBuffer(), left: MUG.left, top: MUG.top }])
      .toFile(withoutMug);
    shoot();
    newest = setInterval(shoot, 1000);
    server = start(['serve', '--port', '0'], {
      env: { H200_DATA_DIR: join(folder, 'data'), H200_ALLOWED_ROOTS: pictures },
    });
    const [, url = ''] = await waitForLine(server, /(http:\/\/127\.0\.0\.1:\d+)/);
    const made = await fetch(`${url}/api/v1/rules`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'Keep mugs at least 6 inches away from laptops' }),
    });
    expect(made.status).toBe(201);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, locale: 'en' });
    page.setDefaultTimeout(60_000);
    await page.goto(`${url}/#/cameras`);
  }, 120_000);
  afterAll(async () => {
    clearInterval(newest);
    await browser?.close();
    server?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it('a camera is tried, watched with a privacy zone, shows the rule it sees broken, is paused and removed', async () => {
    await page.getByRole('button', { name: 'Add a camera' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('desk');
    await dialog.getByRole('combobox', { name: 'Source' }).click();
    await page.getByRole('option', { name: 'Folder of the server' }).click();
    await dialog.getByLabel('Address').fill(join(folder, 'data'));
    await dialog.getByRole('button', { name: 'Try it' }).click();
    await dialog.getByText(/H200_ALLOWED_ROOTS/).waitFor();
    await dialog.getByLabel('Address').fill(pictures);
    await dialog.getByRole('button', { name: 'Try it' }).click();
    await dialog.getByText(/A picture came: \d+ × \d+ px/).waitFor();
    await dialog.getByLabel('Seconds between two pictures').fill('1');
    await dialog.getByLabel('Seconds before you are told').fill('1');
    await dialog.getByRole('button', { name: 'Patience, pictures and the daily summary' }).click();
    await dialog.getByLabel('Seconds before it counts as mended').fill('1');
    await dialog.getByLabel('Minutes between two kept pictures').fill('0.02');
    await dialog.locator('input[type=file]').setInputFiles(PHOTO);
    await dialog.getByRole('button', { name: 'Draw a zone' }).click();
    const box = await dialog.getByTestId('zones').boundingBox();
    if (!box) throw new Error('no picture to draw on');
    for (const [fx, fy] of [
      [0.02, 0.02],
      [0.2, 0.02],
      [0.2, 0.2],
    ] as const)
      await page.mouse.click(box.x + fx * box.width, box.y + fy * box.height);
    await dialog.getByRole('button', { name: 'Done' }).click();
    await dialog.getByText('One zone').waitFor();
    await dialog.getByRole('button', { name: 'Watch it' }).click();

    const now = page.getByTestId('camera-now');
    await now.getByTestId('snapshot').waitFor();
    await now.getByText('One area is blacked out.').waitFor();
    await now
      .getByRole('region', { name: 'Broken now' })
      .getByText(/mug-1 is too close to laptop-1/)
      .waitFor();
    await now.getByTestId('camera-events').getByText('Rule broken:').waitFor();
    await now.getByTestId('timeline').locator('rect').first().waitFor();
    const corner = await page.evaluate(async () => {
      const image = document.querySelector<HTMLImageElement>('[data-testid=snapshot]');
      if (!image) return null;
      await image.decode();
      const { naturalWidth: width, naturalHeight: height } = image;
      const context = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d');
      context?.drawImage(image, 0, 0);
      const [red = 255, green = 255, blue = 255] = context?.getImageData(0.17 * width, 0.06 * height, 1, 1).data ?? [];
      return Math.max(red, green, blue);
    });
    expect(corner).toBeLessThan(16);

    // The page is not asked anew: what happens at the camera comes to it.
    seen = withoutMug;
    await now.getByTestId('camera-events').getByText('Gone:').first().waitFor();
    await now.getByText('No rule is broken.').waitFor();
    await picture('camera-event');

    const lapse = now.getByRole('region', { name: 'Time lapse' });
    const [archive] = await Promise.all([
      page.waitForEvent('download'),
      lapse.getByRole('button', { name: 'Pictures (ZIP)' }).click(),
    ]);
    expect(archive.suggestedFilename()).toBe('desk-24h.zip');
    const files = Object.entries(unzipSync(readFileSync(await archive.path())));
    expect(files.length).toBeGreaterThan(1);
    for (const [name, bytes] of files) expect(Buffer.from(bytes).readUInt16BE(0), name).toBe(0xffd8);
    const film = page.waitForEvent('download', { timeout: hasFfmpeg ? 60_000 : 1 }).catch(() => null);
    await lapse.getByRole('button', { name: 'Film (MP4)' }).click();
    if (hasFfmpeg) {
      const made = await film;
      expect(
        made &&
          readFileSync(await made.path())
            .subarray(4, 8)
            .toString(),
      ).toBe('ftyp');
    } else
      await lapse
        .getByText(/ffmpeg/)
        .first()
        .waitFor();

    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await page.getByRole('button', { name: /^desk.*paused/ }).waitFor();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('No camera is watched yet').waitFor();
  });
});
