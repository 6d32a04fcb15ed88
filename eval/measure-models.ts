import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { testAsset } from '../scripts/test-assets.ts';
import { loadConfig } from '../src/config/config.ts';
import { type Box, CLASSES, Inference } from '../src/contract/detection.ts';
import { createLog } from '../src/telemetry/log.ts';
import { Metrics } from '../src/telemetry/metrics.ts';
import { iou } from '../src/vision/detect/nms.ts';
import { ModelsStore } from '../src/vision/models/models-store.ts';
import { createVision } from '../src/vision/vision.ts';
import { labelledImages } from './labelled-images.ts';
import { type BoxErrors, type FallByScore, fallByScore, scoreOfSigma } from './noise-by-score.ts';

/**
 * Measures how far the edges of a model's boxes lie from annotated ones, and which share of the annotated objects it finds:
 * `box_noise` and `recall` of models/manifest.json.
 *
 *   node eval/measure-models.ts [--photos DIR] [--inference single|tiled] [MODEL…]
 *
 * DIR: see labelled-images.ts; desk60 when absent. A detection at the model's
 * own threshold belongs to the annotation of its class with the largest IoU of at least 0.5, each used once, best first.
 * Per edge: error = (found - true) / size of the true box on that axis; edges that the image cuts off are left out.
 * `tiled` in the manifest holds both as measured that way.
 * `sigma` is the root mean square of the errors of the four edges, so it holds a systematic offset too; `n` counts edges.
 * `by_score` and `at` say how they fall with the score (noise-by-score.ts).
 * `recall` is the share of a class's annotations that a detection belongs to; its `n` counts annotations.
 */
const { values, positionals } = parseArgs({
  options: { photos: { type: 'string' }, inference: { type: 'string', default: 'single' } },
  allowPositionals: true,
  strict: false,
});
const inference = Inference.parse(values.inference);
const folder = typeof values.photos === 'string' ? values.photos : testAsset('photos', 'desk60');
if (!folder) throw new Error('eval/measure-models.ts needs --photos DIR or H200_TEST_ASSETS');
const modelsDir = process.env.H200_MODELS_DIR ?? testAsset('models') ?? '';
const installed = new ModelsStore(loadConfig({ H200_MODELS_DIR: modelsDir }));
const models = installed.entries.filter((e) => installed.installed(e) !== null).map((e) => e.name);
const MIN_EDGES = 40;
const MIN_TRUTHS = 10;
const MIN_IOU = 0.5;

/** Relative errors of the edges that are not the image's border. */
function edgeErrors(found: Box, want: Box, width: number, height: number): number[] {
  const size = [want[2] - want[0], want[3] - want[1]];
  const limit = [width, height];
  return [0, 1, 2, 3].flatMap((i) => {
    const cut = want[i]! <= 1 || want[i]! >= limit[i % 2]! - 1;
    return cut ? [] : [(found[i]! - want[i]!) / size[i % 2]!];
  });
}

const mean = (errors: number[]) => errors.reduce((sum, e) => sum + e, 0) / errors.length;
/** Half width that holds the share `p` of the errors. */
const within = (errors: number[], p: number) =>
  errors.map(Math.abs).sort((a, b) => a - b)[Math.floor(p * errors.length)] ?? Number.NaN;
const edges = (boxes: readonly BoxErrors[]) => boxes.reduce((n, b) => n + b.squares.length, 0);
function noise(boxes: readonly BoxErrors[], law: FallByScore | null) {
  const sigma = Math.sqrt(boxes.reduce((sum, b) => sum + b.squares.reduce((s, e) => s + e, 0), 0) / edges(boxes));
  return { sigma: Number(sigma.toFixed(4)), n: edges(boxes), ...(law && { at: scoreOfSigma(boxes, law) }) };
}

for (const model of positionals.length > 0 ? positionals : models) {
  const config = loadConfig({ H200_MODELS_DIR: modelsDir, H200_MODEL: model, H200_TIMEOUT_MS: '600000' });
  const metrics = new Metrics();
  const vision = createVision({ config, metrics, log: createLog('warn') });
  const found = new Map<string, BoxErrors[]>();
  const all: number[] = [];
  const truths = new Map<string, number>();
  const hits = new Map<string, number>();
  const reported = new Map<string, number>();
  const count = (counts: Map<string, number>, name: string, by = 1) => counts.set(name, (counts.get(name) ?? 0) + by);
  for (const { name, bytes, width, height, labels } of labelledImages(folder)) {
    const size = (await sharp(bytes).metadata()).autoOrient;
    if (size.width !== width || size.height !== height) throw new Error(`${name} is not the labelled image`);
    const image = { sha256: '', format: 'jpeg' as const, bytes, width, height, focal35mm: null, label: name };
    const { detections } = await vision.detect(image, { inference });
    for (const d of detections) count(reported, d.class);
    for (const l of labels) if (!l.ignored) count(truths, l.class);
    const pairs = detections
      .flatMap((d) =>
        labels.filter((l) => l.class === d.class).map((l) => ({ d, l, iou: iou([...d.bbox, ...l.box], 0, 1) })),
      )
      .filter((p) => p.iou >= MIN_IOU)
      .sort((a, b) => b.iou - a.iou);
    const used = new Set<unknown>();
    for (const { d, l } of pairs) {
      if (used.has(d) || used.has(l)) continue;
      used.add(d).add(l);
      if (l.ignored) count(reported, d.class, -1);
      else {
        count(hits, d.class);
        const errors = edgeErrors(d.bbox, l.box, width, height);
        all.push(...errors);
        const squares = errors.map((e) => e * e);
        if (squares.length > 0) found.set(d.class, [...(found.get(d.class) ?? []), { score: d.confidence, squares }]);
      }
    }
  }
  const enough = [...found]
    .filter(([name, boxes]) => edges(boxes) >= MIN_EDGES && CLASSES.some((c) => c === name))
    .sort((a, b) => edges(b[1]) - edges(a[1]));
  const listed = new Set(enough.map(([name]) => name));
  const others = [...found].flatMap(([name, boxes]) => (listed.has(name) ? [] : boxes));
  const law = fallByScore([...enough.map(([, boxes]) => boxes), ...(others.length > 0 ? [others] : [])]);
  const classes = Object.fromEntries(enough.map(([name, boxes]) => [name, noise(boxes, law)]));
  const everything = noise([...found.values()].flat(), law);
  console.log(`"${model}": ${JSON.stringify({ all: everything, classes, ...(law && { by_score: law }) })}`);
  const counted = CLASSES.flatMap((name) => {
    const n = truths.get(name) ?? 0;
    return n >= MIN_TRUTHS ? [[name, { recall: Number(((hits.get(name) ?? 0) / n).toFixed(4)), n }]] : [];
  });
  console.log(`"${model}" recall: ${JSON.stringify(Object.fromEntries(counted))}`);
  const shown = { mean: mean(all), 'within 68 %': within(all, 0.6827), 'within 95 %': within(all, 0.95) };
  const right = CLASSES.flatMap((name) => {
    const of = reported.get(name) ?? 0;
    return of > 0 ? [`${name} ${(100 * ((hits.get(name) ?? 0) / of)).toFixed(1)} % of ${of}`] : [];
  });
  console.error(`${model} ${inference}, right of what it reports: ${right.join(', ')}`);
  console.error(
    model,
    Object.entries(shown)
      .map(([what, v]) => `${what} ${v.toFixed(4)}`)
      .join(', '),
  );
  await vision.close();
  metrics.close();
}
