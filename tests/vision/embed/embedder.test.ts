import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import type { Embedder } from '../../../src/ports/embedder.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { Metrics } from '../../../src/telemetry/metrics.ts';
import { createEmbedder } from '../../../src/vision/embed/embedder.ts';
import { encoderFiles } from '../../../src/vision/models/entry.ts';
import { fetchModel } from '../../../src/vision/models/fetch-model.ts';
import { ModelsStore } from '../../../src/vision/models/models-store.ts';
import { tinyClip } from '../support/tiny-clip.ts';

const opened: { embedder: Embedder; metrics: Metrics }[] = [];
function open(folder: string) {
  const metrics = new Metrics();
  const config = loadConfig({ H200_MODELS_DIR: folder, H200_WORKERS: '1', H200_DATA_DIR: folder });
  const embedder = createEmbedder({ config, metrics, log: createLog('silent') });
  opened.push({ embedder, metrics });
  return { embedder, metrics };
}
afterEach(async () => {
  for (const { embedder, metrics } of opened.splice(0)) {
    await embedder.close();
    metrics.close();
  }
});

const picture = async (r: number, g: number, b: number, width = 320, height = 240) => ({
  bytes: await sharp({ create: { width, height, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer(),
  width,
  height,
});
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

it('the embedded model alone: pictures have a direction, words have none and say why', async () => {
  const { embedder, metrics } = open('/nonexistent');
  const space = embedder.space();
  if ('reason' in space) throw new Error(space.reason);
  expect(space).toMatchObject({ dimensions: 192, sameDesk: 0.88 });
  const scene = (n: number, quality = 90) =>
    sharp(readFileSync(new URL(`../../fixtures/scenes/scene_00${n}.jpg`, import.meta.url)))
      .jpeg({ quality })
      .toBuffer();
  const vectorOf = async (bytes: Buffer) => {
    const { width, height } = await sharp(bytes).metadata();
    const made = await embedder.ofImage({ bytes, width, height });
    expect(made.space).toBe(space.name);
    expect(dot(made.vector, made.vector)).toBeCloseTo(1, 5);
    return made.vector;
  };
  const [one, again, other] = [
    await vectorOf(await scene(1)),
    await vectorOf(await scene(1, 40)),
    await vectorOf(await scene(4)),
  ];
  expect(dot(one, again)).toBeGreaterThan(0.95);
  expect(dot(one, other)).toBeLessThan(space.sameDesk!);
  expect(await embedder.ofText('a mug')).toMatchObject({ reason: expect.stringContaining('models fetch clip') });
  // Nobody's analysis waited for it.
  expect((await metrics.snapshot()).inference_ms.count).toBe(0);
});

it('an encoder that is installed goes first, and knows words; each vector has its space', async () => {
  const { folder, entry, clean } = tinyClip();
  try {
    const { embedder } = open(folder);
    const space = embedder.space();
    expect(space).toMatchObject({ dimensions: 3, sameDesk: null, name: expect.stringMatching(/^tiny-clip-/) });
    const [red, blue] = [
      await embedder.ofImage(await picture(250, 10, 10)),
      await embedder.ofImage(await picture(10, 10, 250)),
    ];
    expect(red.vector[0]).toBeGreaterThan(red.vector[2]!);
    expect(blue.vector[2]).toBeGreaterThan(blue.vector[0]!);
    const text = await embedder.ofText('mug');
    if ('reason' in text) throw new Error(text.reason);
    expect(text.space).toBe(red.space);
    // The merged word, the end, and nothing.
    expect([...text.vector]).toEqual([513, 515, 0].map((n) => expect.closeTo(n / Math.hypot(513, 515), 5)));
    expect(await embedder.ofText('mug')).toEqual(text);
    writeFileSync(join(folder, entry.text.file), 'other');
    const fallback = open(folder).embedder.space();
    expect(fallback).toMatchObject({ dimensions: 192 });
  } finally {
    clean();
  }
});

it('a file with another content is refused when it is loaded', async () => {
  const { folder, entry, clean } = tinyClip();
  try {
    const path = join(folder, entry.image.file);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
    await expect(open(folder).embedder.ofImage(await picture(1, 2, 3))).rejects.toMatchObject({ code: 'ANALYSIS_007' });
  } finally {
    clean();
  }
});

it('the three files of an encoder are fetched from a folder, and verified', async () => {
  const { folder, entry, clean } = tinyClip();
  const target = tinyClip();
  try {
    const store = new ModelsStore({ H200_MODELS_DIR: target.folder, H200_MODEL: undefined });
    for (const { file } of encoderFiles(entry)) writeFileSync(join(target.folder, file), '');
    expect(store.installedEncoder(entry)).toBeNull();
    for (const file of encoderFiles(entry)) {
      expect(await fetchModel(file, target.folder, { from: folder })).toMatchObject({
        name: 'tiny-clip',
        fetched: true,
      });
    }
    expect(store.installedEncoder(entry)).toHaveLength(3);
    expect((await store.verifyEncoder(entry)).map(({ status }) => status)).toEqual(['ok', 'ok', 'ok']);
    expect(store.encoder('clip')).toMatchObject({ dimensions: 512 });
    expect(store.encoder('nothing')).toBeNull();
  } finally {
    clean();
    target.clean();
  }
});
