import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { offerModel } from '../../src/cli/offer-model.ts';
import { freePort } from '../support/free-port.ts';
import { type Mirror, mirror, serve } from '../vision/support/mirror.ts';
import { tinyEntry } from '../vision/support/tiny-desk.ts';

const file = Buffer.alloc(300_000, 'model');
let folder: string;
let server: Mirror | null = null;
let deaf: Server | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-offer-'));
});
afterEach(async () => {
  await server?.close();
  deaf?.close();
  server = deaf = null;
  rmSync(folder, { recursive: true, force: true });
});

/** A manifest of the user's own whose best model is at the address. */
function best(url: string): void {
  const entry = { ...tinyEntry(file), urls: [url], opt_in: false, rank: 1 };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ models: [entry] }));
}
async function offer(more: { offline?: boolean; model?: string } = {}) {
  const lines: string[] = [];
  const config = { H200_MODELS_DIR: folder, H200_MODEL: more.model };
  const outcome = await offerModel(config, { offline: more.offline ?? false, tell: (line) => lines.push(line) });
  return { outcome, said: lines.join('\n') };
}
const files = () => readdirSync(folder).filter((name) => name !== 'manifest.json');

it('says what it fetches, fetches it once, and is silent then', async () => {
  server = await mirror(serve(file));
  best(`${server.url}/tiny.onnx`);
  const { outcome, said } = await offer();
  expect(outcome).toBe('fetched');
  expect(said).toMatch(/^Fetching a stronger model, once: .*0\.3 MB.* from 127\.0\.0\.1/);
  expect(files()).toEqual(['tiny.onnx']);
  expect(await offer()).toEqual({ outcome: 'there', said: '' });
  expect(server.ranges).toHaveLength(1);
});

it('asks nobody when told to stay offline, and nothing where a model was named', async () => {
  server = await mirror(serve(file));
  best(`${server.url}/tiny.onnx`);
  expect(await offer({ offline: true })).toMatchObject({
    outcome: 'not fetched',
    said: expect.stringContaining('models fetch'),
  });
  expect(await offer({ model: 'desk-detector' })).toEqual({ outcome: 'there', said: '' });
  expect(server.ranges).toEqual([]);
  expect(files()).toEqual([]);
});

it('goes on where nobody is at the address', async () => {
  best(`http://127.0.0.1:${await freePort()}/tiny.onnx`);
  const { outcome, said } = await offer();
  expect(outcome).toBe('not fetched');
  expect(said).toContain('the small embedded model is used');
});

it('goes on where somebody takes the call and never answers', async () => {
  const taken = createServer(() => {});
  deaf = taken;
  const port = await new Promise<number>((resolve) => {
    taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port));
  });
  best(`http://127.0.0.1:${port}/tiny.onnx`);
  const { outcome, said } = await offer();
  expect(outcome).toBe('no answer');
  expect(said).toContain('no answer in time');
});

it('keeps no file that is another than the manifest says', async () => {
  server = await mirror(serve(Buffer.alloc(300_000, 'other')));
  best(`${server.url}/tiny.onnx`);
  expect((await offer()).outcome).toBe('not fetched');
  expect(files()).toEqual([]);
});
