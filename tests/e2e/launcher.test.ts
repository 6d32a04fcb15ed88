import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { freePort } from '../support/free-port.ts';

const bin = fileURLToPath(new URL('../../bin/h200-mug.js', import.meta.url));
/** A Node that cannot run the program itself, if this machine has one. */
const old = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin']
  .map((folder) => join(folder, 'node'))
  .find((node) => existsSync(node) && Number(execFileSync(node, ['-p', 'process.versions.node.split(".")[0]'])) < 22);

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

it.skipIf(old === undefined)(
  'a launcher that is killed leaves nobody behind',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'h200-launcher-'));
    const port = await freePort();
    const env = { ...process.env, H200_DATA_DIR: folder };
    const launcher = spawn(old!, [bin, 'serve', '--port', String(port)], { env, stdio: 'ignore' });
    try {
      await vi.waitFor(async () => expect(await isFree(port)).toBe(false), { timeout: 30_000, interval: 200 });
      launcher.kill('SIGKILL');
      await once(launcher, 'exit');
      await vi.waitFor(async () => expect(await isFree(port)).toBe(true), { timeout: 20_000, interval: 200 });
      const stdio = spawn(old!, [bin, 'stdio'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
      const said = once(stdio.stdout, 'data');
      const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } };
      stdio.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`);
      await said;
      // The end of its output comes when the last that holds it is gone; its input stays open here.
      const ended = once(stdio.stdout.resume(), 'end');
      stdio.kill('SIGKILL');
      await ended;
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
  90_000,
);

/** The launcher beside a program of `main`, with more of the environment. */
function launched(main: string, env: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'h200-launched-'));
  try {
    for (const name of ['bin', 'dist/src']) mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    copyFileSync(bin, join(folder, 'bin/h200-mug.js'));
    writeFileSync(join(folder, 'dist/src/main.js'), main);
    const ran = spawnSync(process.execPath, [join(folder, 'bin/h200-mug.js'), '--version'], {
      env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache'), ...env },
      encoding: 'utf8',
      timeout: 60_000,
    });
    return {
      status: ran.status,
      stdout: ran.stdout,
      stderr: ran.stderr,
      cached: existsSync(join(folder, 'cache/h200-mug')),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const WELL = "export const run = async () => { process.stdout.write('1.2.3'); return 0; };";

describe('the launcher', () => {
  it('keeps compiled code where it can', () => {
    expect(launched(WELL)).toMatchObject({ status: 0, stdout: '1.2.3', cached: true });
  });

  it.each(['/proc/nowhere', '/proc/nowhere/deeper', '/dev/null/x', '/sys/nowhere'])(
    'starts where there can be no cache: %s',
    (XDG_CACHE_HOME) => {
      expect(launched(WELL, { XDG_CACHE_HOME })).toMatchObject({ status: 0, stdout: '1.2.3', stderr: '' });
    },
  );

  it.each([
    ['cut off', WELL.slice(0, 40)],
    ['missing in part', `import './parts/gone.js';${WELL}`],
    ['without a package', `import 'no-such-package-of-ours';${WELL}`],
  ])('says that a program is damaged that is %s', (_, main) => {
    const { status, stdout, stderr } = launched(main);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^A part of h200-mug is damaged or missing \(.+\)\. Install it again; .+\n$/);
  });

  it('leaves what the program itself fails with as it is', () => {
    expect(launched("throw new TypeError('ours');").stderr).toContain('TypeError: ours');
  });
});
