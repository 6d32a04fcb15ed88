import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
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
