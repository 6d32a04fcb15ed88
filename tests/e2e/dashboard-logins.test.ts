import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/documents.ts';
import { start, waitForLine } from '../support/program.ts';

const CHROMIUM = process.env.H200_CHROMIUM ?? '/usr/bin/chromium';
const built = existsSync(join(ROOT, 'dashboard/dist/index.html'));
const PASSWORD = 'a long password of ours';
const SENTENCE = 'Keep phones at least 31 cm away from mugs';

/** Tabs of one browser share one login; what one user typed is never sent as another's. */
describe.skipIf(!built || !existsSync(CHROMIUM))('two tabs of one browser', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'h200-dashboard-logins-'));
  let server: ChildProcess;
  let url: string;
  let browser: Browser;

  beforeAll(async () => {
    server = start(['serve', '--port', '0'], {
      env: {
        H200_DATA_DIR: join(folder, 'data'),
        H200_ADMIN_USERNAME: 'admin',
        H200_ADMIN_PASSWORD: PASSWORD,
        JWT_SECRET: 'a secret of more than thirty-two characters',
      },
    });
    url = (await waitForLine(server, /listens on (http:\S+)/))[1] as string;
    const bearer = await tokenOf('admin');
    for (const username of ['marta', 'nils']) {
      const body = { username, password: PASSWORD, role: 'manager', must_change_password: false };
      expect((await ask('users', bearer, body)).status).toBe(201);
    }
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    server?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = (path: string, bearer: string | null, body?: unknown) =>
    fetch(`${url}/api/v1/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/json', ...(bearer !== null && { authorization: `Bearer ${bearer}` }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  async function tokenOf(username: string): Promise<string> {
    const answer = (await (await ask('auth/login', null, { username, password: PASSWORD })).json()) as {
      access_token: string;
    };
    return answer.access_token;
  }
  async function ruleTexts(username: string): Promise<string> {
    return (await ask('rules', await tokenOf(username))).text();
  }

  async function open(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(url);
    return page;
  }
  async function logIn(page: Page, username: string): Promise<void> {
    await page.getByLabel('Name').fill(username);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.getByRole('navigation').first().waitFor();
  }
  async function logOut(page: Page): Promise<void> {
    await page.getByRole('button', { name: /^Account/ }).click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('button', { name: 'Log in', exact: true }).waitFor();
  }
  async function typed(page: Page): Promise<void> {
    await page.getByRole('navigation').getByRole('link', { name: 'Rules' }).click();
    await page.getByLabel('What shall hold, in one sentence').fill(SENTENCE);
    await page.getByRole('button', { name: 'Store the rule' }).waitFor();
  }

  it('are emptied together when one logs out, and say whose they are when somebody else logs in', async () => {
    const context = await browser.newContext();
    const [one, two] = [await open(context), await open(context)];
    await logIn(one, 'marta');
    await two.reload();
    await typed(two);

    await logOut(one);
    await two.getByRole('button', { name: 'Log in', exact: true }).waitFor({ timeout: 5000 });
    expect(await two.getByText(SENTENCE).count()).toBe(0);

    await logIn(two, 'marta');
    await typed(two);
    // A tab that still shows the login lets somebody else in: the other one is told.
    await logIn(one, 'nils');
    await two.getByText('You are logged in as nils now').waitFor({ timeout: 5000 });
    expect(await two.getByText(SENTENCE).count()).toBe(0);
    expect(await ruleTexts('nils')).not.toContain('31 cm');
    await context.close();
  });

  it('that do not hear each other send nothing in the name of the other user', async () => {
    const context = await browser.newContext();
    const two = await context.newPage();
    two.setDefaultTimeout(20_000);
    await two.addInitScript('delete globalThis.BroadcastChannel');
    await two.goto(url);
    await logIn(two, 'marta');
    await typed(two);
    const one = await open(context);
    await one.getByRole('navigation').first().waitFor();
    await logOut(one);
    await logIn(one, 'nils');

    await two.getByRole('button', { name: 'Store the rule' }).click();
    await two.getByText('You are logged in as nils now').waitFor();
    expect(await two.getByText(SENTENCE).count()).toBe(0);
    expect(await ruleTexts('nils')).not.toContain('31 cm');
    expect(await ruleTexts('marta')).not.toContain('31 cm');
    await context.close();
  });

  it('say when the server is frozen, and that it is back', async () => {
    const context = await browser.newContext();
    const page = await open(context);
    await logIn(page, 'marta');
    server.kill('SIGSTOP');
    try {
      await page.getByText('The live connection is lost').waitFor({ timeout: 60_000 });
    } finally {
      server.kill('SIGCONT');
    }
    await page.getByText('The live connection is lost').waitFor({ state: 'hidden', timeout: 60_000 });
    await context.close();
  });
});
