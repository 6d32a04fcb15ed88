import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeRunpod, startFakeRunpod } from '../fakes/runpod/fake-runpod.ts';
import { realTime } from '../fakes/runpod/time.ts';
import { ROOT } from '../support/documents.ts';
import { freePort } from '../support/free-port.ts';
import { start, waitForLine } from '../support/program.ts';

const CHROMIUM = process.env.H200_CHROMIUM ?? '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
const built = existsSync(join(ROOT, 'dashboard/dist/index.html'));

describe.skipIf(!built || !existsSync(CHROMIUM))('the page Servers of a real server', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'h200-dashboard-servers-'));
  let fake: FakeRunpod;
  let browser: Browser;
  const programs: ChildProcess[] = [];

  async function pageOf(name: string, env: Record<string, string>): Promise<Page> {
    const program = start(['serve', '--port', String(await freePort())], {
      env: { H200_DATA_DIR: join(folder, name), ...env },
    });
    programs.push(program);
    const [, url] = await waitForLine(program, /listens on (http:\S+?),? /);
    const page = await browser.newPage({ locale: 'en' });
    page.setDefaultTimeout(20_000);
    await page.goto(`${url}/#/servers`);
    return page;
  }

  beforeAll(async () => {
    fake = await startFakeRunpod({ time: realTime(100), rates: null });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    for (const program of programs) program.kill('SIGKILL');
    await fake?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const calls = (method: string, path: RegExp) =>
    fake.calls.filter((call) => call.method === method && path.test(call.path)).length;

  it('makes a server at the price that was shown, stops, starts, protects and ends it', async () => {
    const page = await pageOf('with-key', { ...fake.env, H200_SERVER_IMAGE: 'ghcr.io/acme/mug:1.0.0' });
    const server = page.getByRole('article');
    const dialog = page.getByRole('dialog');
    await page.getByText('There are no servers').waitFor();
    await page.getByRole('button', { name: 'New server' }).click();
    await dialog.getByRole('radio', { name: /H200 SXM/ }).click();
    await dialog.getByRole('button', { name: 'Show the price' }).click();
    const price = /\$[\d.]+/.exec((await dialog.getByTestId('price').textContent()) ?? '')?.[0];
    expect(price).toMatch(/^\$\d+\.\d\d$/);
    expect(calls('POST', /\/v2\/pods$/)).toBe(0);
    await dialog.getByRole('button', { name: `Create for ${price} an hour` }).click();
    await server.getByText('running', { exact: true }).waitFor();
    await server.getByText(`${price} an hour`, { exact: true }).waitFor();
    await page.getByText(`It runs for ${price?.replace(/0+$/, '')}`).waitFor();
    expect(calls('POST', /\/v2\/pods$/)).toBe(1);

    await server.getByRole('button', { name: 'Logs' }).click();
    await server.getByRole('log').getByText('create container').waitFor();

    await server.getByRole('button', { name: 'Stop', exact: true }).click();
    await dialog.getByRole('button', { name: 'Stop', exact: true }).click();
    await server.getByText('stopped', { exact: true }).waitFor();
    await server.getByRole('button', { name: 'Start', exact: true }).click();
    await dialog.getByRole('button', { name: `Start for ${price} an hour` }).click();
    await server.getByText('running', { exact: true }).waitFor();

    await server.getByRole('button', { name: 'Settings' }).click();
    await server.getByRole('switch', { name: 'Protect' }).click();
    await server.getByText('Protected: it is neither stopped nor terminated.').waitFor();
    expect(await server.getByRole('button', { name: 'Terminate' }).count()).toBe(0);
    await server.getByRole('switch', { name: 'Protect' }).click();
    await server.getByRole('button', { name: 'Terminate' }).click();
    await dialog.getByRole('button', { name: 'Terminate' }).click();
    await page.getByText('There are no servers').waitFor();
    expect(calls('DELETE', /\/v2\/pods\//)).toBe(1);
  });

  it('says what to set where there is no key', async () => {
    const page = await pageOf('without-key', { RUNPOD_API_KEY: '' });
    await page.getByText('Set RUNPOD_API_KEY (docs/configuration.md) and start the program again.').waitFor();
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
  });
});
