import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Detection } from '../../src/contract/detection.ts';
import { ModelsStore } from '../../src/vision/models/models-store.ts';
import { configFor, detectorFor, loadImage, message, timed, write } from './common.ts';

/**
 * The product's detections on one provider against those on the processor: compare.ts PROVIDER BASELINE RESULTS.
 * PROVIDER cpu writes the baseline. Tolerance: every box edge within 2 px, every score within 0.02, and nothing that is
 * seen at 0.3 by one of the two is missing in the other.
 */
const [provider = 'cpu', baselineFile = '', results = ''] = process.argv.slice(2);
const TOLERANCE = { px: 2, score: 0.02, sure: 0.3 };
const LEAST = 0.2;
const IMAGES = [
  ...['all-fine', 'coaster-and-mat', 'mug-near-edge', 'mug-too-close', 'shared-table'].map((n) => `examples/${n}.jpg`),
  ...['000', '007', '019', '042', '100'].map((n) => `tests/fixtures/scenes/scene_${n}.jpg`),
].filter((name) => existsSync(name));

type Baseline = Record<string, Detection[]>;
const baseline: Baseline = provider === 'cpu' ? {} : JSON.parse(readFileSync(baselineFile, 'utf8'));
const store = new ModelsStore(configFor(provider));
const models = store.entries.filter((entry) => store.installed(entry) !== null).map((entry) => entry.name);
// The embedded model first: when time ends, that is what is known.
models.sort((a, b) => Number(b === 'desk-detector') - Number(a === 'desk-detector'));

function iou(a: Detection, b: Detection): number {
  const [ax1, ay1, ax2, ay2] = a.bbox;
  const [bx1, by1, bx2, by2] = b.bbox;
  const w = Math.min(ax2, bx2) - Math.max(ax1, bx1);
  const h = Math.min(ay2, by2) - Math.max(ay1, by1);
  if (w <= 0 || h <= 0) return 0;
  return (w * h) / ((ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - w * h);
}

/** Pairs of the same class, best overlap first come; what stays alone is counted where it was sure. */
function differences(ours: readonly Detection[], theirs: readonly Detection[]) {
  const left = [...theirs];
  const alone: number[] = [];
  let [px, score, pairs] = [0, 0, 0];
  for (const a of ours) {
    const same = left.filter((b) => (b.sourceClass ?? b.class) === (a.sourceClass ?? a.class) && iou(a, b) > 0.5);
    const best = same.toSorted((b, c) => iou(a, c) - iou(a, b))[0];
    if (!best) {
      alone.push(a.confidence);
      continue;
    }
    left.splice(left.indexOf(best), 1);
    pairs++;
    px = Math.max(px, ...a.bbox.map((v, i) => Math.abs(v - best.bbox[i]!)));
    score = Math.max(score, Math.abs(a.confidence - best.confidence));
  }
  alone.push(...left.map((b) => b.confidence));
  return { pairs, px, score, alone };
}

for (const model of models) {
  for (const inference of model.startsWith('yolo') ? (['single'] as const) : (['single', 'tiled'] as const)) {
    const about = { step: 'compare', provider, model, inference };
    const detector = detectorFor(provider, model, { H200_WORKERS: '1' });
    try {
      const total = { pairs: 0, px: 0, score: 0, alone: 0, aloneSure: 0, highestAlone: 0 };
      const times: number[] = [];
      for (const name of IMAGES) {
        const image = await loadImage(name);
        const [{ detections }, ms] = await timed(() => detector.detect(image, { threshold: LEAST, inference }));
        times.push(Math.round(ms));
        const key = `${model} ${inference} ${name}`;
        if (provider === 'cpu') baseline[key] = [...detections];
        const { pairs, px, score, alone } = differences(detections, baseline[key] ?? []);
        total.pairs += pairs;
        total.px = Math.max(total.px, px);
        total.score = Math.max(total.score, score);
        total.alone += alone.length;
        total.aloneSure += alone.filter((s) => s >= TOLERANCE.sure).length;
        total.highestAlone = Math.max(total.highestAlone, ...alone);
      }
      const within = total.px <= TOLERANCE.px && total.score <= TOLERANCE.score && total.aloneSure === 0;
      const { provider: used, load_ms } = detector.report();
      write(results, {
        ...about,
        used,
        within,
        ...total,
        load_ms,
        times,
        images: IMAGES.length,
        tolerance: TOLERANCE,
      });
    } catch (error) {
      write(results, { ...about, error: message(error) });
    } finally {
      await detector.close();
    }
  }
  if (provider === 'cpu') writeFileSync(baselineFile, JSON.stringify(baseline));
}
process.exit();
