import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { testAsset } from '../scripts/test-assets.ts';
import { loadConfig } from '../src/config/config.ts';
import { createLog } from '../src/telemetry/log.ts';
import { Metrics } from '../src/telemetry/metrics.ts';
import { ModelDetector } from '../src/vision/detect/model-detector.ts';
import { resizeImage } from '../src/vision/detect/resized-image.ts';
import { fillTensor, tensorDims, tensorLength } from '../src/vision/detect/tensor.ts';
import { exportRepository } from '../src/vision/export/export-repository.ts';
import { type InstalledModel, ModelsStore } from '../src/vision/models/models-store.ts';
import { freePort } from '../tests/services/ports.ts';
import { forPythonBackend, startTriton, stopTriton } from '../tests/services/triton/triton-server.ts';
import { line, machine, paired, ratioText } from './support/measure.ts';

/**
 * A detector on an inference server against a bare client of the same server, in turn: `node bench/inference.ts`. Needs
 * TEST_TRITON (`npm run services`). Bare: fetch with a prepared body of binary tensors, whose answer is only read.
 */
const installed = process.env.TEST_TRITON;
if (!installed) {
  console.log('skipped: TEST_TRITON is unset');
  process.exit(0);
}
const ROUNDS = 40;
const AT_ONCE = 8;

function bareClient(url: string, { entry }: InstalledModel, image: Awaited<ReturnType<typeof resizeImage>>) {
  const { input } = entry;
  const tensor = new (input.dtype === 'float32' ? Float32Array : Uint8Array)(tensorLength(input));
  fillTensor(tensor, image, input);
  const sizes = BigInt64Array.from([BigInt(image.fit.imageWidth), BigInt(image.fit.imageHeight)]);
  const isDeim = entry.format === 'deim';
  const parts = isDeim ? [tensor, sizes] : [tensor];
  const port = (name: string, datatype: string, shape: number[], bytes: number) => ({
    name,
    datatype,
    shape,
    parameters: { binary_data_size: bytes },
  });
  const datatype = input.dtype === 'float32' ? 'FP32' : 'UINT8';
  const inputs = [port(isDeim ? 'images' : 'image', datatype, tensorDims(input, 1), tensor.byteLength)];
  if (isDeim) inputs.push(port('orig_target_sizes', 'INT64', [1, 2], sizes.byteLength));
  const outputs = ['labels', 'boxes', 'scores'].map((name) => ({ name, parameters: { binary_data: true } }));
  const head = Buffer.from(JSON.stringify({ inputs, outputs }));
  const body = Buffer.concat([head, ...parts.map((p) => Buffer.from(p.buffer, p.byteOffset, p.byteLength))]);
  return async () => {
    const answer = await fetch(`${url}/v2/models/${entry.name}/infer`, {
      method: 'POST',
      headers: {
        'content-type': 'application/octet-stream',
        'accept-encoding': 'identity',
        'inference-header-content-length': `${head.length}`,
      },
      body,
    });
    if (!answer.ok) throw new Error(await answer.text());
    await answer.arrayBuffer();
  };
}

const folder = mkdtempSync(join(tmpdir(), 'h200-bench-triton-'));
const config = loadConfig({ H200_MODELS_DIR: testAsset('models') ?? folder, H200_TIMEOUT_MS: '600000' });
const store = new ModelsStore(config);
const models = store.entries
  .filter(({ format }) => format === 'deim' || format === 'desk')
  .flatMap((entry) => store.installed(entry) ?? []);
await exportRepository(models, folder, { maxBatch: 32, queueDelayUs: 0, dataDir: folder });
forPythonBackend(folder);
const ports = { http: await freePort(), grpc: await freePort() };
const triton = await startTriton({ installed, repository: folder, ports });
const metrics = new Metrics();
console.log(machine());
try {
  const bytes = await sharp({ create: { width: 1280, height: 960, channels: 3, background: '#a98' } })
    .jpeg()
    .toBuffer();
  for (const model of models) {
    const server = {
      url: triton.url,
      token: () => undefined,
      timeoutMs: 30_000,
      requests: AT_ONCE,
      fallback: 'none',
    } as const;
    const detector = new ModelDetector(model, { config, metrics, log: createLog('warn'), server });
    const image = await resizeImage({ bytes, width: 1280, height: 960 }, model.entry.input);
    const bare = bareClient(triton.url, model, image);
    const ours = () => detector.detectScaled(image);
    const together = (call: () => Promise<unknown>) => () => Promise.all(Array.from({ length: AT_ONCE }, call));
    const one = await paired(ROUNDS, ours, bare);
    const many = await paired(ROUNDS / 4, together(ours), together(bare));
    const { name } = model.entry;
    line(`${name} ÷ bare client`, ratioText(one), '≤ 1.2', `${one.a.toFixed(1)} ÷ ${one.b.toFixed(1)} ms`);
    const text = `${many.a.toFixed(1)} ÷ ${many.b.toFixed(1)} ms`;
    line(`${name} ÷ bare client, ${AT_ONCE} at once`, ratioText(many), '≤ 1.2', text);
    await detector.close();
  }
} finally {
  metrics.close();
  await stopTriton(triton);
  rmSync(folder, { recursive: true, force: true });
}
