import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Browser, type BrowserContext, chromium, type Page, type WebSocketRoute } from 'playwright-core';
import sharp from 'sharp';
import { start, waitForLine } from '../tests/support/program.ts';
import { type MainThread, watchMainThread } from './support/main-thread.ts';

/**
 * The built dashboard of a running server in Chromium: what it loads, when it can be used, 10,000 rows scrolled through, and 100
 * messages a second. Needs `npm run build`, `npm run dashboard:build` and Chromium. The rows, their pictures and the messages are
 * made here and answered in place of the server; everything else is its own.
 */
const CHROMIUM = process.env.H200_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const DIST = fileURLToPath(new URL('../dashboard/dist/', import.meta.url));
/** As small as the server makes pictures of the list. */
const PHOTO = await sharp(fileURLToPath(new URL('../examples/all-fine.jpg', import.meta.url)))
  .resize(240)
  .jpeg()
  .toBuffer();
const ROWS = 10_000;
const ROW_PX = 84;
const WHEEL_PX = 400;
const JUMP_PX = 30_000;
const MOST_STEPS = 2000;
const PER_SECOND = 100;
const SECONDS = 10;
const LONG_MS = 50;
const FRAME_MS = 1000 / 60;
const packed = (bytes: Buffer) => gzipSync(bytes, { level: 9 }).length;
const kb = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
const ms = (time: number) => `${Math.round(time)} ms`;

const message = (i: number) => ({
  type: 'activity',
  topic: 'activity',
  data: { event_id: `evt_${i}`, type: 'rule_changed', action: 'updated', rule_id: 'rule_1', name: `number ${i}` },
  timestamp: new Date().toISOString(),
});

if (!existsSync(`${DIST}index.html`) || !existsSync(CHROMIUM)) {
  console.log('not measured: no built dashboard (npm run dashboard:build), or no Chromium (H200_CHROMIUM)');
  process.exit(0);
}

sizes();
const folder = mkdtempSync(join(tmpdir(), 'h200-bench-dashboard-'));
const server = start(['serve', '--port', '0'], { env: { H200_DATA_DIR: folder, RUNPOD_API_KEY: '' } });
let browser: Browser | undefined;
try {
  const [, url = ''] = await waitForLine(server, /(http:\/\/127\.0\.0\.1:\d+)/);
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  await interactive(browser, url);
  await idle(browser, url);
  await rows(browser, url);
  await messages(browser, url);
} finally {
  await browser?.close();
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}

function sizes(): void {
  const files = readdirSync(`${DIST}assets`).map((name) => {
    const bytes = readFileSync(`${DIST}assets/${name}`);
    return { name, raw: bytes.length, packed: packed(bytes) };
  });
  for (const end of ['.js', '.css']) {
    const some = files.filter(({ name }) => name.endsWith(end));
    const [raw, packed] = (['raw', 'packed'] as const).map((of) => some.reduce((sum, one) => sum + one[of], 0));
    console.log(`all ${end}: ${kb(raw ?? 0)}, compressed ${kb(packed ?? 0)}`);
  }
  const charts = files.find(({ name }) => name.startsWith('LineChart') && name.endsWith('.js'));
  if (charts) console.log(`charts, loaded when one is shown: compressed ${kb(charts.packed)}`);
}

/** What the network carries and how long it takes until the first page shows its figures and answers a click. */
async function interactive(with_: Browser, url: string): Promise<void> {
  const times: number[] = [];
  let script = 0;
  for (let run = 0; run < 5; run += 1) {
    const context = await with_.newContext({ locale: 'en' });
    const page = await context.newPage();
    const loaded: Promise<number>[] = [];
    page.on('response', (response) => {
      if (response.url().endsWith('.js')) loaded.push(response.body().then(packed, () => 0));
    });
    const begun = performance.now();
    await page.goto(url, { waitUntil: 'commit' });
    await page.getByRole('heading', { name: 'Health' }).waitFor();
    await page.getByRole('button', { name: 'Use the dark theme' }).click();
    await page.locator('html.dark').waitFor({ state: 'attached' });
    times.push(performance.now() - begun);
    script = (await Promise.all(loaded)).reduce((sum, one) => sum + one, 0);
    await context.close();
  }
  const sorted = times.toSorted((a, b) => a - b);
  console.log(
    `first page: ${kb(script)} of script, compressed; figures shown and a click answered after ${ms(sorted[2] ?? 0)} (median of 5; ${ms(sorted[0] ?? 0)} to ${ms(sorted.at(-1) ?? 0)})`,
  );
}

/** What this machine does to a page that does nothing: the other frames are compared with these. */
async function idle(with_: Browser, url: string): Promise<void> {
  const { page, close } = await open(with_, `${url}/#/settings?part=about`, 'About');
  told('a page at rest', await watchMainThread(with_, page, () => page.waitForTimeout(SECONDS * 1000)));
  await close();
}

async function rows(with_: Browser, url: string): Promise<void> {
  const all = Array.from({ length: ROWS }, (_, i) => ({
    analysis_id: `ana_row${i}`,
    timestamp: new Date(Date.UTC(2026, 10, 27) - i * 600_000).toISOString(),
    image: { width: 960, height: 720 },
    model: 'desk-detector',
    mugs: 1 + (i % 3),
    objects: 3 + (i % 5),
    findings: { violated: i % 3 === 0 ? 1 : 0, uncertain: i % 4 === 1 ? 1 : 0, satisfied: 1, not_applicable: 0 },
  }));
  const { page, close } = await open(with_, `${url}/#/history`, 'History', async (context) => {
    await context.route('**/api/v1/analyze/history**', (route) => {
      const query = new URL(route.request().url()).searchParams;
      const from = Number(query.get('cursor') ?? 0);
      const to = from + Number(query.get('limit') ?? 20);
      const headers = { 'x-total-count': String(ROWS), ...(to < ROWS && { 'x-next-cursor': String(to) }) };
      return route.fulfill({ json: all.slice(from, to), headers });
    });
    await context.route('**/api/v1/analyze/results/*/image**', (route) =>
      route.fulfill({ body: PHOTO, contentType: 'image/jpeg' }),
    );
  });
  const list = page.getByTestId('history');
  await list.getByRole('listitem').first().waitFor();
  const atEnd = () =>
    list.evaluate((element) => {
      element.scrollTop = element.scrollHeight;
      return element.scrollHeight;
    });
  const loading = await watchMainThread(with_, page, async () => {
    while ((await atEnd()) < ROWS * ROW_PX) await page.waitForTimeout(20);
  });
  told(`${ROWS} rows loaded, a hundred at a time, always at the end of the list`, loading);
  await list.evaluate((element) => {
    element.scrollTop = 0;
  });
  await list.hover();
  const scrolling = await watchMainThread(with_, page, async () => {
    // As a person turns a wheel, and as one who drags the bar: to the last row.
    for (let step = 1; (await list.evaluate((element) => element.scrollTop)) < ROWS * ROW_PX - 2000; step += 1) {
      await page.mouse.wheel(0, step % 8 === 0 ? JUMP_PX : WHEEL_PX);
      await page.waitForTimeout(16);
      if (step > MOST_STEPS) throw new Error('the end was not reached');
    }
  });
  const there = await list.getByRole('listitem').count();
  told(`scrolled through them to the last (${there} rows in the document)`, scrolling);
  await close();
}

async function messages(with_: Browser, url: string): Promise<void> {
  let line: WebSocketRoute | undefined;
  const { page, close } = await open(with_, `${url}/#/`, 'Overview', async (context) => {
    await context.routeWebSocket('**/ws/control-plane**', (ws) => {
      line = ws;
      ws.send(JSON.stringify({ type: 'auth', status: 'ok' }));
    });
  });
  await page.getByRole('heading', { name: 'Activity' }).waitFor();
  let sent = 0;
  const seen = await watchMainThread(with_, page, async () => {
    const begun = performance.now();
    while (performance.now() - begun < SECONDS * 1000) {
      const due = ((performance.now() - begun) / 1000) * PER_SECOND;
      for (; sent < due; sent += 1) line?.send(JSON.stringify(message(sent)));
      await page.waitForTimeout(10);
    }
    await page.getByText(`Rule changed: number ${sent - 1}`).waitFor();
  });
  told(`${sent} messages in ${SECONDS} s, the last of them shown`, seen);
  await close();
}

async function open(
  with_: Browser,
  address: string,
  title: string,
  prepare?: (context: BrowserContext) => Promise<void>,
): Promise<{ page: Page; close: () => Promise<void> }> {
  const context = await with_.newContext({ locale: 'en', viewport: { width: 1440, height: 900 } });
  await prepare?.(context);
  const page = await context.newPage();
  await page.goto(address);
  await page.getByRole('heading', { name: title, exact: true }).first().waitFor();
  await page.waitForTimeout(2000);
  return { page, close: () => context.close() };
}

function told(what: string, { wall, cpu, frames }: MainThread): void {
  const over = (all: readonly number[]) => all.filter((one) => one > LONG_MS).length;
  const late = frames.filter((one) => one > 1.5 * FRAME_MS).length;
  console.log(`${what}:`);
  console.log(
    `  tasks over ${LONG_MS} ms: ${over(cpu)} by the processor's time (longest ${ms(cpu[0] ?? 0)}), ${over(wall)} by the clock (longest ${ms(wall[0] ?? 0)})`,
  );
  console.log(`  frames: ${frames.length}, later than one and a half: ${late}, longest ${ms(frames[0] ?? 0)}`);
}
