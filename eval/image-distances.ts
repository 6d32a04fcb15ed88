import { readFileSync } from 'node:fs';
import { testAsset } from '../scripts/test-assets.ts';
import { loadConfig } from '../src/config/config.ts';
import type { ImageGradient } from '../src/contract/image-gradient.ts';
import { readGradient } from '../src/image/gradient.ts';
import type { DetectResult } from '../src/ports/detector.ts';
import { createLog } from '../src/telemetry/log.ts';
import { Metrics } from '../src/telemetry/metrics.ts';
import { ModelsStore } from '../src/vision/models/models-store.ts';
import { createVision } from '../src/vision/vision.ts';
import { coverage } from '../tests/scene/truth/methods.ts';
import {
  RENDERED_METHODS,
  renderedOutcomes,
  renderedScenes,
  SCENES,
  seenIn,
  type TruthFile,
} from '../tests/scene/truth/rendered.ts';
import { edgesStatedOnDesk, statedOnDesk } from '../tests/scene/truth/stated.ts';
import { decisionRow } from './decisions.ts';
import { EDGE_HEAD, edgeRow } from './edge-verdicts.ts';
import { MOVES_HEAD, movesOn, movesRow } from './moves.ts';
import { RELIABILITY_HEAD, reliabilityRow } from './reliability.ts';

const MODELS = ['desk-detector', 'yolox-nano', 'deimv2-femto'];

/** A rendered desk as a model sees it, with what the image itself tells. */
export interface LookedAt {
  readonly truth: TruthFile;
  readonly seen: DetectResult;
  readonly gradient: ImageGradient | null;
}

/**
 * From image to millimetres: the rendered desks as the models see them, each looking as it does unasked, against the
 * true distances. Rows of three tables, one per model, method and whether the image was asked beside the boxes.
 */
export async function imageTables(): Promise<
  Readonly<Record<'images' | 'decisions' | 'reliability' | 'edgeverdicts' | 'edgereliability' | 'moves', string[]>>
> {
  const modelsDir = process.env.H200_MODELS_DIR ?? testAsset('models') ?? 'none';
  const store = new ModelsStore(loadConfig({ H200_MODELS_DIR: modelsDir }));
  const installed = store.entries.filter((e) => MODELS.includes(e.name) && store.installed(e) !== null);
  const images: string[] = [];
  const decisions: string[] = [];
  const reliability: string[] = [];
  const edges: string[] = [];
  const edgeReliability: string[] = [];
  const moves: string[] = [];
  for (const { name } of installed) {
    const desks = await looked(name, modelsDir);
    for (const method of RENDERED_METHODS) {
      moves.push(`| ${name} | ${method} | ${movesRow(movesOn(desks, method))} |`);
      for (const asked of [false, true]) {
        const made = desks.flatMap(({ truth, seen, gradient }) => {
          const desk = seenIn(truth, method, { ...seen, ...(asked && gradient && { gradient }) });
          return desk === null ? [] : [desk];
        });
        const from = asked ? 'boxes and image' : 'boxes alone';
        const c = coverage(made.flatMap(renderedOutcomes));
        const [sigma, error, shift] = [c.medianSigma, c.medianError, c.bias].map((x) => x.toFixed(1));
        const inside = `${(100 * c.covered).toFixed(1)} %`;
        images.push(
          `| ${name} | ${method} | ${from} | ${made.length} | ${c.n} | ${inside} | ${c.sharpness.toFixed(2)} | ${sigma} | ${error} | ${shift} |`,
        );
        decisions.push(`| ${name} | ${method} | ${from} | ${decisionRow(made)} |`);
        if (asked) {
          reliability.push(reliabilityRow(`rendered, ${name}`, method, made.flatMap(statedOnDesk)));
          edgeReliability.push(reliabilityRow(`rendered, ${name}`, method, made.flatMap(edgesStatedOnDesk)));
        }
        edges.push(`| ${name} | ${method} | ${from} | ${edgeRow(made)} |`);
      }
    }
  }
  return {
    images: [
      '| model | method | from | images | distances | inside the 90 % interval | sharpness | median stated sigma, mm | median error, mm | median shift, mm |',
      '|---|---|---|---|---|---|---|---|---|---|',
      ...images,
    ],
    decisions: [
      '| model | method | from | verdicts | decided | of those wrong | half width, median, mm | error, median / 90th percentile, mm | inside | sharpness |',
      '|---|---|---|---|---|---|---|---|---|---|',
      ...decisions,
    ],
    reliability: [...RELIABILITY_HEAD, ...reliability],
    edgeverdicts: [...EDGE_HEAD, ...edges],
    edgereliability: [...RELIABILITY_HEAD, ...edgeReliability],
    moves: [...MOVES_HEAD, ...moves],
  };
}

async function looked(model: string, modelsDir: string): Promise<LookedAt[]> {
  const metrics = new Metrics();
  const config = loadConfig({ H200_MODELS_DIR: modelsDir, H200_MODEL: model, H200_TIMEOUT_MS: '600000' });
  const vision = createVision({ config, metrics, log: createLog('warn') });
  const found: LookedAt[] = [];
  for (const truth of renderedScenes()) {
    const { width, height, image: label } = truth;
    const bytes = readFileSync(new URL(label, SCENES));
    const image = { sha256: '', format: 'jpeg' as const, bytes, width, height, focal35mm: null, label };
    const [seen, gradient] = await Promise.all([vision.detect(image, {}), readGradient(image)]);
    found.push({ truth, seen, gradient });
  }
  await vision.close();
  metrics.close();
  return found;
}
