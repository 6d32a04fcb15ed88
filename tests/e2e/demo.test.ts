import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ROOT } from '../support/documents.ts';
import { freePort } from '../support/free-port.ts';

/** README's first command where the stronger model cannot be had: it goes on with the embedded one. */
let folder: string;
let deaf: Server | null = null;
let calls = 0;
beforeEach(() => {
  calls = 0;
  folder = mkdtempSync(join(tmpdir(), 'h200-demo-'));
});
afterEach(() => {
  deaf?.close();
  deaf = null;
  rmSync(folder, { recursive: true, force: true });
});

/** The models of our manifest, at this port of this machine. */
function modelsAt(port: number): void {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'models/manifest.json'), 'utf8'));
  const models = manifest.models.map((one: object) => ({ ...one, urls: [`http://127.0.0.1:${port}/model.onnx`] }));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ models }));
}

async function hanging(): Promise<number> {
  const server = createServer(() => {
    calls += 1;
  });
  deaf = server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

async function demo(...args: string[]) {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/demo.ts'), ...args], {
    env: { ...process.env, H200_MODELS_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [status] = await once(child, 'close');
  return { status, text };
}

it.each(['dead', 'hanging'] as const)('goes on where the address of the stronger model is %s', async (how) => {
  modelsAt(how === 'dead' ? await freePort() : await hanging());
  const { status, text } = await demo();
  expect(status, text).toBe(0);
  expect(text).toContain('Fetching a stronger model');
  expect(text).toContain('the small embedded model is used');
  expect(text).toContain('annotated image: ');
});

it('--offline asks nobody', async () => {
  modelsAt(await hanging());
  const { status, text } = await demo('--offline');
  expect(status, text).toBe(0);
  expect(text).toContain('not fetched (--offline)');
  expect(calls).toBe(0);
});
