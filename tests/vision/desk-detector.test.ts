import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { createVision, type Vision } from '../../src/vision/vision.ts';

/** The model of the repository, on a rendered desk of the repository. */
const bytes = readFileSync(new URL('../../examples/all-fine.jpg', import.meta.url));
const truth = JSON.parse(readFileSync(new URL('../../examples/all-fine.json', import.meta.url), 'utf8')) as {
  width: number;
  height: number;
  objects: { class: string; bbox: [number, number, number, number] }[];
};
const SIZE = 352;
const file = new URL('../../models/desk-detector.onnx', import.meta.url);

let metrics: Metrics;
let vision: Vision;
beforeAll(() => {
  metrics = new Metrics();
  const config = loadConfig({ H200_MODEL: 'desk-detector', H200_PROVIDER: 'cpu', H200_MODELS_DIR: 'none' });
  vision = createVision({ config, metrics, log: createLog('error') });
});
afterAll(async () => {
  await vision.close();
  metrics.close();
});

const overlap = (a: readonly number[], b: readonly number[]) => {
  const w = Math.min(a[2]!, b[2]!) - Math.max(a[0]!, b[0]!);
  const h = Math.min(a[3]!, b[3]!) - Math.max(a[1]!, b[1]!);
  if (w <= 0 || h <= 0) return 0;
  const area = (r: readonly number[]) => (r[2]! - r[0]!) * (r[3]! - r[1]!);
  return (w * h) / (area(a) + area(b) - w * h);
};

describe('desk-detector', () => {
  it('finds the mug and the table of an example where they are, and warns about itself', async () => {
    const image = {
      sha256: '',
      format: 'jpeg' as const,
      bytes,
      width: truth.width,
      height: truth.height,
      focal35mm: null,
      label: '',
    };
    const { detections, warnings } = await vision.detect(image, {});
    for (const wanted of ['mug', 'table']) {
      const real = truth.objects.filter((o) => o.class === wanted);
      const found = detections.filter((d) => d.class === wanted);
      expect(
        found.some((d) => real.some((o) => overlap(d.bbox, o.bbox) > 0.5)),
        wanted,
      ).toBe(true);
    }
    expect(warnings?.[0]).toContain('models fetch');
    expect(await vision.detect(image, {})).toMatchObject({ detections });
  });

  it('is the same alone and in a batch, and every time', async () => {
    const session = await ort.InferenceSession.create(readFileSync(file));
    const pixels = await sharp(bytes).resize(SIZE, SIZE, { fit: 'fill' }).removeAlpha().raw().toBuffer();
    const other = Buffer.alloc(pixels.length, 90);
    const run = (pictures: Buffer[]) =>
      session.run({ image: new ort.Tensor('uint8', Buffer.concat(pictures), [pictures.length, SIZE, SIZE, 3]) });
    const [alone, again, batch] = [await run([pixels]), await run([pixels]), await run([pixels, other])];
    for (const name of ['boxes', 'scores', 'labels']) {
      const single = [...(alone[name]!.data as Float32Array)];
      expect([...(again[name]!.data as Float32Array)]).toEqual(single);
      expect([...(batch[name]!.data as Float32Array)].slice(0, single.length)).toEqual(single);
    }
    await session.release();
  });
});
