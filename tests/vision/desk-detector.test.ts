import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { ort } from '../../src/vision/runtime/onnxruntime.ts';
import { createVision, type Vision } from '../../src/vision/vision.ts';

/** The model of the repository, on the rendered desks of the repository. */
interface Truth {
  readonly width: number;
  readonly height: number;
  readonly objects: readonly { class: string; bbox: [number, number, number, number] }[];
}
const EXAMPLES = ['all-fine', 'coaster-and-mat', 'mug-near-edge', 'mug-too-close', 'shared-table'];
const path = (name: string) => new URL(`../../examples/${name}`, import.meta.url);
const bytes = readFileSync(path('all-fine.jpg'));

function example(name: string) {
  const truth = JSON.parse(readFileSync(path(`${name}.json`), 'utf8')) as Truth;
  const { width, height } = truth;
  const file = {
    bytes: readFileSync(path(`${name}.jpg`)),
    sha256: '',
    format: 'jpeg' as const,
    focal35mm: null,
    label: '',
  };
  return { truth, image: { ...file, width, height } };
}

const SIZE = 384;
const file = new URL('../../models/desk-detector.onnx', import.meta.url);

let metrics: Metrics;
let vision: Vision;
beforeAll(() => {
  metrics = new Metrics();
  const config = loadConfig({ H200_PROVIDER: 'cpu', H200_MODELS_DIR: 'none' });
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

/** What it takes for a mug beside the mugs: the pen pot. */
const PEN_POTS: Readonly<Record<string, number>> = { 'single coaster-and-mat': 1, 'tiled coaster-and-mat': 1 };

describe('desk-detector', () => {
  it('is what a bare machine uses, and warns about itself', async () => {
    const { image } = example('all-fine');
    const { detections, model, warnings } = await vision.detect(image, {});
    expect(model).toMatchObject({ name: 'desk-detector', threshold: 0.3, inference: 'tiled', provider: 'cpu' });
    expect(warnings?.[0]).toContain('models fetch');
    expect(await vision.detect(image, {})).toMatchObject({ detections });
  });

  it.each(EXAMPLES.flatMap((name) => (['single', 'tiled'] as const).map((inference) => [inference, name] as const)))(
    'finds, looking %s, every mug, laptop and table of %s where it is, and no other mug',
    async (inference, name) => {
      const { truth, image } = example(name);
      const { detections } = await vision.detect(image, { inference });
      for (const wanted of ['mug', 'laptop', 'table']) {
        const found = detections.filter((d) => d.class === wanted);
        for (const { bbox } of truth.objects.filter((o) => o.class === wanted)) {
          expect(Math.max(0, ...found.map((d) => overlap(d.bbox, bbox))), wanted).toBeGreaterThan(0.5);
        }
      }
      const mugs = (list: readonly { class: string }[]) => list.filter((o) => o.class === 'mug').length;
      expect(mugs(detections)).toBe(mugs(truth.objects) + (PEN_POTS[`${inference} ${name}`] ?? 0));
    },
  );

  it('is the same alone and in a batch, and every time', async () => {
    const session = await ort.InferenceSession.create(readFileSync(file));
    const pixels = await sharp(bytes).resize(SIZE, SIZE, { fit: 'fill' }).removeAlpha().raw().toBuffer();
    const other = Buffer.alloc(pixels.length, 90);
    const run = (images: Buffer[]) =>
      session.run({ image: new ort.Tensor('uint8', Buffer.concat(images), [images.length, SIZE, SIZE, 3]) });
    const [alone, again, batch] = [await run([pixels]), await run([pixels]), await run([pixels, other])];
    for (const name of ['boxes', 'scores', 'labels']) {
      const single = [...(alone[name]!.data as Float32Array)];
      expect([...(again[name]!.data as Float32Array)]).toEqual(single);
      expect([...(batch[name]!.data as Float32Array)].slice(0, single.length)).toEqual(single);
    }
    await session.release();
  });
});
