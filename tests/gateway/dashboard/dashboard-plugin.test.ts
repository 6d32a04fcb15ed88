import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dashboardPlugin } from '../../../src/gateway/dashboard/dashboard-plugin.ts';
import { createHttpGateway, type HttpGateway } from '../../../src/gateway/http/server.ts';
import { freePort } from '../../support/free-port.ts';
import { createFakeServices } from '../fake-services.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const SCRIPT = `console.log('${'mug '.repeat(500)}');`;
const local = { host: '127.0.0.1', port: 0, allowedHosts: [], allowedOrigins: [] };

const folder = mkdtempSync(join(tmpdir(), 'h200-dashboard-'));
const built = join(folder, 'dist');
const running: HttpGateway[] = [];

async function serve(from: string, ...otherPorts: number[]): Promise<string> {
  const gateway = createHttpGateway(createFakeServices(), [dashboardPlugin({ folder: from })], {
    ...local,
    otherPorts,
  });
  running.push(gateway);
  return (await gateway.listen()).url;
}

let url: string;
beforeAll(async () => {
  mkdirSync(join(built, 'assets'), { recursive: true });
  mkdirSync(join(built, '.vite'));
  writeFileSync(join(built, 'index.html'), '<!doctype html><title>built</title>');
  writeFileSync(join(built, 'assets', 'index-abc.js'), SCRIPT);
  writeFileSync(join(built, '.vite', 'manifest.json'), '{}');
  writeFileSync(join(folder, 'secret.js'), 'not of the page');
  url = await serve(built);
});
afterAll(async () => {
  for (const gateway of running) await gateway.close();
  rmSync(folder, { recursive: true, force: true });
});

it('a script of an earlier build is not there, for anybody', async () => {
  const answer = await fetch(`${url}/assets/index-before.js`);
  expect(answer.status).toBe(404);
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

describe('/', () => {
  it('is the page for browsers, without a script that stands in it or comes from elsewhere', async () => {
    const answer = await fetch(url, { headers: BROWSER });
    expect(await answer.text()).toContain('<title>built</title>');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https?:|\*|script-src[^;]*unsafe/);
    expect(answer.headers.get('vary')).toContain('Accept');
  });

  it('is the index for programs', async () => {
    for (const accept of ['*/*', 'application/json']) {
      const answer = await fetch(url, { headers: { accept } });
      expect(await answer.json()).toMatchObject({ name: 'h200-mug-positioning', health: '/health' });
    }
  });

  it('says what to run where nothing is built', async () => {
    const bare = await serve(join(folder, 'nothing'));
    const answer = await fetch(bare, { headers: BROWSER });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('npm run dashboard:build');
  });
});

describe('files of the page', () => {
  it('are compressed for who takes that, the same either way, and kept for good by their name', async () => {
    const plain = await fetch(`${url}/assets/index-abc.js`, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(await plain.text()).toBe(SCRIPT);
    const small = await fetch(`${url}/assets/index-abc.js`, { headers: { 'accept-encoding': 'gzip' } });
    expect(small.headers.get('content-encoding')).toBe('gzip');
    expect(Number(small.headers.get('content-length'))).toBeLessThan(SCRIPT.length / 4);
    expect(await small.text()).toBe(SCRIPT);
    expect(small.headers.get('cache-control')).toContain('immutable');
    expect(small.headers.get('content-type')).toContain('text/javascript');
  });

  it('are not sent again to who has them', async () => {
    const first = await fetch(`${url}/assets/index-abc.js`);
    const etag = first.headers.get('etag') ?? '';
    const again = await fetch(`${url}/assets/index-abc.js`, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  it('are the only ones that are served', async () => {
    for (const path of ['/assets/../../secret.js', '/assets/..%2f..%2fsecret.js', '/.vite/manifest.json', '/assets/']) {
      const { status } = await fetch(`${url}${path}`);
      expect([path, status]).toEqual([path, 404]);
    }
  });
});

describe('a second port', () => {
  it('answers the same, its own page included', async () => {
    const port = await freePort();
    await serve(built, port);
    const second = `http://127.0.0.1:${port}`;
    const answer = await fetch(second, { headers: { ...BROWSER, origin: second } });
    expect(await answer.text()).toContain('<title>built</title>');
    const foreign = await fetch(second, { headers: { ...BROWSER, origin: 'http://127.0.0.1:1' } });
    expect(foreign.status).toBe(403);
  });

  it('may be one of several, which all answer', async () => {
    const ports = [await freePort(), await freePort()];
    await serve(built, ...ports);
    for (const port of ports) expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  });

  it('that is in use is told as such', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    await expect(serve(built, port)).rejects.toThrow(`Cannot listen on 127.0.0.1, port ${port}: the port is in use`);
    other.close();
  });
});
