import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import type { Box, Detection } from '../../src/contract/detection.ts';
import type { Image } from '../../src/image/image.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { createVision } from '../../src/vision/vision.ts';
import { asset, missingAssets, photo } from './support/assets.ts';

type Expected = readonly [name: string, score: number, box: Box];

const MODELS = [
  { name: 'deimv2-femto', file: 'deimv2_hgnetv2_femto_coco.onnx', detections: 1198 },
  { name: 'yolox-nano', file: 'yolox_nano.onnx', detections: 563 },
];
const DESK60 = 'photos/desk60/expected_dets.json';

/** The expected boxes were written before clamping. */
function clamped([x1, y1, x2, y2]: Box, { width, height }: Image): Box {
  const clamp = (v: number, max: number) => Math.min(Math.max(v, 0), max);
  return [clamp(x1, width), clamp(y1, height), clamp(x2, width), clamp(y2, height)];
}

/** Scores to three decimals, boxes to one pixel. Half a unit of the last decimal and float noise are rounding. */
function same([name, score, box]: Expected, found: Detection, image: Image): boolean {
  return (
    (found.sourceClass ?? found.class) === name &&
    Math.abs(found.confidence - score) <= 0.000_501 &&
    clamped(box, image).every((v, i) => Math.abs(v - found.bbox[i]!) <= 1)
  );
}

/** What is expected and was not found, and the reverse. */
function difference(expected: readonly Expected[], detections: readonly Detection[], image: Image) {
  const left = [...detections];
  const missing = expected.filter((want) => {
    const at = left.findIndex((found) => same(want, found, image));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return { missing, extra: left };
}

describe.each(MODELS)('$name on desk60', ({ name, file, detections }) => {
  const why = missingAssets(`models/${file}`, DESK60);

  it.skipIf(why !== null)(why ?? `finds exactly the ${detections} expected objects`, { timeout: 120_000 }, async () => {
    const expected: Record<string, Expected[]> = JSON.parse(readFileSync(asset(DESK60), 'utf8'))[file];
    const config = loadConfig({ H200_MODELS_DIR: asset('models'), H200_MODEL: name, H200_TIMEOUT_MS: '120000' });
    const metrics = new Metrics();
    const vision = createVision({ config, metrics, log: createLog('silent') });
    try {
      const outcomes = await Promise.all(
        Object.entries(expected).map(async ([photoName, want]) => {
          const image = await photo(`photos/desk60/${photoName}`);
          const { detections: found } = await vision.detect(image, { threshold: 0.25, inference: 'single' });
          return { photoName, count: found.length, ...difference(want, found, image) };
        }),
      );
      expect(outcomes.filter((o) => o.missing.length + o.extra.length > 0)).toEqual([]);
      expect(outcomes).toHaveLength(60);
      expect(outcomes.reduce((sum, o) => sum + o.count, 0)).toBe(detections);
    } finally {
      await vision.close();
      metrics.close();
    }
  });
});
