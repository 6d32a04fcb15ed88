import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../src/config/config.ts';
import { createLog } from '../../../../src/telemetry/log.ts';
import { Metrics } from '../../../../src/telemetry/metrics.ts';
import { ModelDetector } from '../../../../src/vision/detect/model-detector.ts';
import { exportRepository } from '../../../../src/vision/export/export-repository.ts';
import { type InstalledModel, ModelsStore } from '../../../../src/vision/models/models-store.ts';
import { FELL_BACK } from '../../../../src/vision/runtime/inference-server/server-first.ts';
import { freePort } from '../../../services/ports.ts';
import {
  forPythonBackend,
  startTriton,
  stopTriton,
  type TritonServer,
} from '../../../services/triton/triton-server.ts';
import { TRITON } from '../../../support/triton.ts';
import { asset } from '../../support/assets.ts';

/** Some of the rendered desks, and real photos where they are. */
async function pictures() {
  const scenes = join(import.meta.dirname, '../../../fixtures/scenes');
  const pick = (folder: string, step: number) => {
    const files = readdirSync(folder).filter((name) => /\.(jpg|png|webp)$/.test(name));
    return files.filter((_, i) => i % step === 0).map((name) => join(folder, name));
  };
  const photos = asset('photos/desk60');
  const all = [...pick(scenes, 50), ...(existing(photos) ? pick(photos, 20) : [])];
  return Promise.all(
    all.map(async (path) => {
      const bytes = readFileSync(path);
      return { bytes, ...(await sharp(bytes).metadata()).autoOrient };
    }),
  );
}

function existing(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return false;
  }
}

const config = loadConfig({
  H200_MODELS_DIR: asset('models'),
  H200_WORKERS: '2',
  H200_PROVIDER: 'cpu',
  H200_TIMEOUT_MS: '150000',
});
const store = new ModelsStore(config);
const models = store.entries.flatMap((entry) => store.installed(entry) ?? []);
const log = createLog('silent');

describe.skipIf(TRITON === null)('models that NVIDIA Triton serves', () => {
  const folder = mkdtempSync(join(tmpdir(), 'h200-triton-'));
  const metrics = new Metrics();
  let triton: TritonServer;
  let ports: { http: number; grpc: number };
  const start = () => startTriton({ installed: TRITON!, repository: folder, ports });

  function detectors(model: InstalledModel, fallback: 'local' | 'none' = 'none') {
    const server = { url: triton.url, token: () => undefined, timeoutMs: 45_000, requests: 8, fallback };
    const deps = { config, metrics, log };
    return { there: new ModelDetector(model, { ...deps, server }), here: new ModelDetector(model, deps) };
  }

  beforeAll(async () => {
    ports = { http: await freePort(), grpc: await freePort() };
    await exportRepository(models, folder, { maxBatch: 32, queueDelayUs: 1000, dataDir: folder });
    forPythonBackend(folder);
    triton = await start();
  }, 180_000);

  afterAll(async () => {
    await stopTriton(triton);
    metrics.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('are the embedded one and all that are installed', () => {
    expect(models.map(({ entry }) => entry.name)).toContain('desk-detector');
  });

  it.each(models)(
    'find what this machine finds, to the last digit: $entry.name',
    { timeout: 200_000 },
    async (model) => {
      const { there, here } = detectors(model);
      const all = await pictures();
      try {
        const one = async (image: (typeof all)[number]) => {
          const [a, b] = [
            await here.detect(image, { threshold: 0.05 }),
            await there.detect(image, { threshold: 0.05 }),
          ];
          expect(b.model.provider).toBe('remote');
          expect(b.detections).toEqual(a.detections);
          return a.detections.length;
        };
        // At once, so that the server makes batches.
        const found = await Promise.all(all.map(one));
        expect(found.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(all.length);
        const tiled = all[0]!;
        const [a, b] = [
          await here.detect(tiled, { inference: 'tiled' }),
          await there.detect(tiled, { inference: 'tiled' }),
        ];
        expect(b.detections).toEqual(a.detections);
      } finally {
        await Promise.all([there.close(), here.close()]);
      }
    },
  );

  it('are refused when the weights are not those of the manifest', async () => {
    const model = models.find(({ entry }) => entry.name === 'desk-detector')!;
    const entry = { ...model.entry, sha256: '0'.repeat(64), alternatives: [] };
    const { there } = detectors({ ...model, entry });
    const [image] = await pictures();
    await expect(there.detect(image!, {})).rejects.toMatchObject({
      code: 'ANALYSIS_009',
      details: { fault: 'other_model' },
    });
    await there.close();
  });

  it('are run here while it is killed, without one call lost, and there again afterwards', {
    timeout: 120_000,
  }, async () => {
    const { there, here } = detectors(models.find(({ entry }) => entry.name === 'desk-detector')!, 'local');
    const [image] = await pictures();
    const wanted = (await here.detect(image!, {})).detections;
    expect((await there.detect(image!, {})).model.provider).toBe('remote');
    const calls = Array.from({ length: 30 }, () => there.detect(image!, {}));
    await calls[4];
    await stopTriton(triton);
    const answers = await Promise.all(calls);
    expect(answers.map((one) => one.detections)).toEqual(calls.map(() => wanted));
    const local = answers.filter((one) => one.model.provider === 'cpu');
    expect(local.length).toBeGreaterThan(0);
    expect(local.every((one) => one.warnings?.includes(FELL_BACK))).toBe(true);
    triton = await start();
    await expect
      .poll(async () => (await there.detect(image!, {})).model.provider, { timeout: 40_000, interval: 500 })
      .toBe('remote');
    await Promise.all([there.close(), here.close()]);
  });
});
