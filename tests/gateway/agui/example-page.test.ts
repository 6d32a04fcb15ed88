import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXAMPLES } from '../rest/rest-server.ts';
import { type AguiServer, startAgui } from './runs.ts';

const CHROMIUM = process.env.H200_CHROMIUM ?? '/usr/bin/chromium';
const HTML = readFileSync(join(EXAMPLES, 'ag-ui/index.html'), 'utf8');

it('asks nobody for anything, and never writes HTML from outside', () => {
  expect(HTML).toContain("default-src 'none'");
  expect(HTML).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|eval\(|(?:src|href)="http/);
});

describe.skipIf(!existsSync(CHROMIUM))('in a real browser (needs Chromium)', () => {
  let browser: Browser;
  let page: Page;
  let pages: Server;
  let server: AguiServer;
  beforeAll(async () => {
    pages = createServer((_request, response) => response.setHeader('content-type', 'text/html').end(HTML));
    await new Promise<void>((done) => pages.listen(0, '127.0.0.1', done));
    const origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
    server = await startAgui({}, { allowedOrigins: [origin] });
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--headless', '--no-sandbox', '--disable-gpu'],
    });
    page = await browser.newPage();
    await page.goto(origin);
    await page.fill('#server', server.address);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    pages.close();
    await server.close();
  });

  it('shows what was found on a photo, and asks what the agent asks', async () => {
    await page.setInputFiles('#photo', join(EXAMPLES, 'mug-too-close.jpg'));
    await page.click('#send');
    await expect.poll(() => page.locator('#desk rect').count()).toBe(2);
    await page.fill('#words', 'Keep mugs far from krakens');
    await page.click('#send');
    await page.locator('#answer input').fill('Keep mugs at least 150 mm away from laptops');
    await page.click('#answer button');
    await expect.poll(() => page.locator('#log').textContent()).toContain('(enabled, priority');
    expect(await page.locator('.error').allTextContents()).toEqual([]);
    expect(await page.locator('#answer').isVisible()).toBe(false);
  });

  it('boxes lie on the photo however long the log is, and moves are arrows', async () => {
    await page.evaluate(`document.querySelector('#log').style.minHeight = '3000px'`);
    await page.setInputFiles('#photo', join(EXAMPLES, 'mug-too-close.jpg'));
    // What was found on the photo before is not drawn on the new one.
    expect(await page.evaluate(`$('send').click(); state.scene`)).toEqual([]);
    // The drawing is a new element with each event of the run, so it is measured after the last one, and at once with the photo.
    await page.locator('#send:enabled').waitFor();
    expect(await page.locator('#desk rect').count()).toBe(2);
    const [photo, drawn] = await page.evaluate(() =>
      ['img', 'svg'].map((name) => {
        const { y, height } = (document.querySelector(`#desk ${name}`) as Element).getBoundingClientRect();
        return { y, height };
      }),
    );
    expect(drawn!.height).toBeCloseTo(photo!.height, 0);
    expect(drawn!.y).toBeCloseTo(photo!.y, 0);
    await page.evaluate(
      `state.moves = [{ object_id: state.scene[0].id, vector_px: [30, -10] }]; state.scene[0].position ??= { x: 9, y: 9 }; draw();`,
    );
    const [dx, dy] = await page.locator('#desk line').evaluate((line) => {
      const at = (name: string) => Number(line.getAttribute(name));
      return [at('x2') - at('x1'), at('y2') - at('y1')];
    });
    expect([dx, dy]).toEqual([30, -10]);
  });

  it('a long link leaves the photo its room; only one to the server can be followed', async () => {
    await page.setInputFiles('#photo', join(EXAMPLES, 'mug-too-close.jpg'));
    await page.click('#send');
    await expect.poll(() => page.locator('#desk rect').count()).toBe(2);
    const path = `/files/${'x'.repeat(400)}`;
    const say = (text: string) =>
      page.evaluate(
        `hear({ type: 'TEXT_MESSAGE_START', messageId: 'm' }); hear({ type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: ${JSON.stringify(text)} }); hear({ type: 'TEXT_MESSAGE_END', messageId: 'm' });`,
      );
    const ours = new URL(path, server.address).href;
    await say(`The annotated picture: ${ours}`);
    await say(`Elsewhere: https://elsewhere.example${path} and <b>javascript:alert(1)</b>`);
    for (const [width, share] of [
      [1100, 0.4],
      [390, 0.8],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      expect((await page.locator('#desk img').boundingBox())!.width).toBeGreaterThan(width * share);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
    const links = await page.locator('#log a').evaluateAll((found) => found.map((one) => one.getAttribute('href')));
    expect(links).toContain(ours);
    for (const link of links) expect(new URL(link!).origin).toBe(new URL(server.address).origin);
    expect(await page.locator('#log').textContent()).toContain('<b>javascript:alert(1)</b>');
  });

  it('a question whose run has failed is no longer asked', async () => {
    await page.fill('#words', 'Keep mugs far from krakens');
    await page.click('#send');
    await page.locator('#answer input').waitFor({ state: 'visible' });
    await page.evaluate(`hear({ type: 'RUN_ERROR', code: 'SYSTEM_003', message: 'broken' })`);
    expect(await page.locator('#answer').isVisible()).toBe(false);
    expect(await page.locator('.error').allTextContents()).toEqual(['SYSTEM_003 broken']);
  });
});
