import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page, type Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/documents.ts';
import { freePort } from '../support/free-port.ts';
import { start, waitForLine } from '../support/program.ts';

const CHROMIUM = process.env.H200_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
/** `npm run dashboard:build` writes it; its tools are not those of this repository's `npm ci`. */
const built = existsSync(join(ROOT, 'dashboard/dist/index.html'));
const ADMIN = { username: 'admin', password: 'a long password of ours' };
const SENTENCE = 'Keep mugs at least 6 inches away from laptops';

describe.skipIf(!built || !existsSync(CHROMIUM))('the dashboard of a real server', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'h200-dashboard-e2e-'));
  let port: number;
  let url: string;
  let server: ChildProcess;
  let browser: Browser;
  /** What a page said that it should not: errors, and addresses that are not ours. */
  const said: string[] = [];

  async function startServer(): Promise<void> {
    server = start(['serve', '--port', String(port)], {
      env: {
        H200_DATA_DIR: join(folder, 'data'),
        H200_MODEL: 'desk-detector',
        H200_TIMEOUT_MS: '120000',
        H200_ADMIN_USERNAME: ADMIN.username,
        H200_ADMIN_PASSWORD: ADMIN.password,
        JWT_SECRET: 'a secret of more than thirty-two characters',
      },
    });
    url = (await waitForLine(server, /listens on (http:\S+)/))[1] as string;
  }

  async function open(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('pageerror', ({ message }) => said.push(message));
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol !== 'data:' && protocol !== 'blob:' && host !== new URL(url).host)
        said.push(`asked ${request.url()}`);
    });
    page.on('console', (message) => {
      if (/content security policy|vue warn/i.test(message.text())) said.push(message.text());
    });
    await page.goto(url);
    return page;
  }

  async function logIn(page: Page, { username, password } = ADMIN): Promise<void> {
    await page.getByLabel('Name').fill(username);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
  }
  const go = (page: Page, name: string) => page.getByRole('navigation').getByRole('link', { name }).click();

  beforeAll(async () => {
    port = await freePort();
    await startServer();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    server?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  let admin: BrowserContext;
  let page: Page;

  it('lets in who logs in, and keeps the login over a reload without a token in the store', async () => {
    admin = await browser.newContext();
    page = await open(admin);
    await logIn(page);
    await page.getByRole('heading', { name: 'Health' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Health' }).waitFor();
    const kept = await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])');
    expect(kept).not.toMatch(/eyJ|h200_refresh/);
  });

  it('a sentence becomes a rule, a photo breaks it, and a second browser hears of it within a second', async () => {
    const other = await browser.newContext();
    const watcher = await open(other);
    await logIn(watcher);
    await watcher.getByText('Nothing has happened yet').waitFor();

    await go(page, 'Rules');
    await page.getByLabel('What shall hold, in one sentence').fill(SENTENCE);
    await page.getByText('every mug keeps at least 152.4 mm from every laptop').waitFor();
    await page.getByRole('button', { name: 'Store the rule' }).click();
    const clicked = performance.now();
    await watcher.getByText('New rule: Laptop Safety Distance').waitFor();
    expect(performance.now() - clicked).toBeLessThan(1000);

    const login = await fetch(`${url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(ADMIN),
    });
    const { access_token: token } = (await login.json()) as { access_token: string };
    const form = new FormData();
    form.append('image', new Blob([readFileSync(join(ROOT, 'examples/mug-too-close.jpg'))]), 'desk.jpg');
    const analysed = await fetch(`${url}/api/v1/analyze/with-feedback`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: form,
    });
    expect(analysed.status).toBe(200);
    await watcher.getByText('Photo with a mug · 1 broken').waitFor();
    await other.close();
  });

  it('the rule is tried on the stored photo, changed, and brought back', async () => {
    await page.getByRole('button', { name: 'Test on a photo: Laptop Safety Distance' }).click();
    await page
      .getByRole('button', { name: /^Photo of/ })
      .first()
      .click();
    await page
      .getByText(/mug-1 is too close to laptop-1/)
      .first()
      .waitFor();
    const test = page.getByRole('dialog');
    await test.locator('input[type=file]').setInputFiles(join(ROOT, 'examples/all-fine.jpg'));
    await test.getByText('all-fine.jpg').waitFor();
    await test.getByText('holds', { exact: true }).waitFor();
    await test
      .getByText(/mug-1 is far enough from laptop-1/)
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Change: Laptop Safety Distance' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('What shall hold, in one sentence').fill('Keep mugs at least 1 inch away from laptops');
    await dialog.getByText('every mug keeps at least 25.4 mm from every laptop').waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: /^History: / }).click();
    await page.getByText('Version 2').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await page.getByText('Version 3').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText(SENTENCE, { exact: true }).waitFor();
  });

  it('a new user must choose a password, and sees what the role allows', async () => {
    await go(page, 'Settings');
    await page.getByRole('link', { name: 'Users' }).click();
    await page.getByLabel('Name').fill('anna');
    await page.getByLabel('First password').fill('given by the administrator');
    await page.getByRole('button', { name: 'Make the user' }).click();
    await page.getByText('anna can log in now.').waitFor();

    const context = await browser.newContext();
    const anna = await open(context);
    await logIn(anna, { username: 'anna', password: 'given by the administrator' });
    await anna.getByRole('heading', { name: 'Choose a new password' }).waitFor();
    await anna.getByLabel('Current password').fill('given by the administrator');
    await anna.getByLabel('New password', { exact: true }).fill('one of my own choice');
    await anna.getByLabel('New password again').fill('one of my own choice');
    await anna.getByRole('button', { name: 'Change the password' }).click();
    await anna.getByRole('heading', { name: 'Health' }).waitFor();
    await go(anna, 'Rules');
    await anna.getByText('There are no rules yet').waitFor();
    expect(await anna.getByRole('button', { name: 'Store the rule' }).count()).toBe(0);
    await go(anna, 'Settings');
    expect(await anna.getByRole('link', { name: 'Audit log' }).count()).toBe(0);
    await context.close();
  });

  it('a login that ends takes nothing from the page', async () => {
    await go(page, 'Rules');
    await page.getByLabel('What shall hold, in one sentence').fill('Keep mugs at least 9 inches away from laptops');
    // The token is refused from now on, and no cookie brings another.
    await admin.clearCookies();
    const refuse = (route: Route) =>
      route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer ended' } });
    await page.route('**/api/v1/rules/validate', refuse, { times: 1 });
    await page.getByLabel('What shall hold, in one sentence').fill('Keep mugs at least 8 inches away from laptops');
    await page.getByRole('heading', { name: 'Your login has ended' }).waitFor();
    await page.getByLabel('Password').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.getByText('every mug keeps at least 203.2 mm from every laptop').first().waitFor();
    expect(await page.getByLabel('What shall hold, in one sentence').inputValue()).toContain('8 inches');
  });

  it('a server that is killed and comes back is found again', async () => {
    await go(page, 'Overview');
    await page.getByRole('heading', { name: 'Health' }).waitFor();
    await go(page, 'Rules');
    await page.getByLabel('What shall hold, in one sentence').fill('Keep mugs at least 7 inches away from laptops');
    await page.getByText('every mug keeps at least 177.8 mm from every laptop').first().waitFor();
    server.kill('SIGKILL');
    await page.getByText(/The live connection is lost/).waitFor();
    // What changes something is not done again by itself: a person is told to look.
    await page.getByRole('button', { name: 'Store the rule' }).click();
    const notice = page.getByText(/do it again when the server answers/);
    await notice.waitFor();
    await startServer();
    await page.getByText(/The live connection is lost/).waitFor({ state: 'hidden', timeout: 40_000 });
    await page.getByText('The server answers again').waitFor();
    await notice.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Store the rule' }).click();
    await page.getByText('The server answers again').waitFor({ state: 'hidden' });
    await page.getByText('Keep mugs at least 7 inches away from laptops', { exact: true }).waitFor();
    await page.getByText(SENTENCE, { exact: true }).waitFor();
  });

  it('a server that does not answer any more is noticed, and so is one that answers again', async () => {
    server.kill('SIGSTOP');
    await page.getByText(/The live connection is lost/).waitFor({ timeout: 60_000 });
    server.kill('SIGCONT');
    await page.getByText(/The live connection is lost/).waitFor({ state: 'hidden', timeout: 60_000 });
  });

  it('a page whose script went with an update is loaded anew, and one that never comes says so', async () => {
    const context = await browser.newContext();
    const other = await open(context);
    await logIn(other);
    await other.getByRole('heading', { name: 'Health' }).waitFor();
    const gone = await fetch(`${url}/assets/CamerasPage-of-before.js`);
    expect(gone.status).toBe(404);
    const missing = (route: Route) => route.fulfill({ status: 404, body: '' });
    await other.route('**/assets/CamerasPage-*.js', missing, { times: 1 });
    await go(other, 'Cameras');
    await other.getByText('No camera is watched yet').waitFor();

    await other.route('**/assets/ServersPage-*.js', missing);
    await go(other, 'Servers');
    await other.getByText(/This page was updated on the server/).waitFor();
    await other.getByRole('button', { name: 'Load it anew' }).waitFor();
    await context.close();
  });

  it('asked nobody else for anything, and failed nowhere', async () => {
    expect(said).toEqual([]);
  });
});
