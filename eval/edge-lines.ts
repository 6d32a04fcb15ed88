import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { loadConfig } from '../src/config/config.ts';
import { readGradient } from '../src/image/gradient.ts';
import { type EdgeCandidate, edgeCandidates } from '../src/scene/table/edge-candidates.ts';
import { lineSegments } from '../src/scene/table/line-segments.ts';
import { linesOf } from '../src/scene/table/lines.ts';
import { tablePlane } from '../src/scene/table/table-plane.ts';
import { createLog } from '../src/telemetry/log.ts';
import { Metrics } from '../src/telemetry/metrics.ts';
import { createVision } from '../src/vision/vision.ts';
import { pixelOf, RENDERED_METHODS, seenIn, type TruthFile } from '../tests/scene/truth/rendered.ts';

/**
 * Lines of rendered desks and which of them are the table's edge, for training/table_edge.py. Never the desks of
 * tests/fixtures/scenes: those are for the report.
 *   H200_MODELS_DIR=… node eval/edge-lines.ts FOLDER OUT.json [--model desk-detector]
 */
const { values, positionals } = parseArgs({
  options: { model: { type: 'string', default: 'desk-detector' } },
  allowPositionals: true,
});
const [folder, out] = positionals;
if (folder === undefined || out === undefined) throw new Error('usage: node eval/edge-lines.ts FOLDER OUT.json');

/** So far may a line lie off the true outline at any place, pixels of the gradient. */
const OFF = 2.5;

const metrics = new Metrics();
const config = loadConfig({ ...process.env, H200_MODEL: values.model, H200_TIMEOUT_MS: '600000' });
const vision = createVision({ config, metrics, log: createLog('warn') });
const desks: { desk: string; lines: { features: EdgeCandidate['features']; edge: number }[] }[] = [];
const base = pathToFileURL(`${folder}/`);
for (const name of readdirSync(base).filter((n) => n.endsWith('.json') && n.startsWith('scene'))) {
  const truth = JSON.parse(readFileSync(new URL(name, base), 'utf8')) as TruthFile;
  const { width, height, image: label } = truth;
  const bytes = readFileSync(new URL(label, base));
  const image = { sha256: '', format: 'jpeg' as const, bytes, width, height, focal35mm: null, label };
  const [seen, gradient] = await Promise.all([vision.detect(image, {}), readGradient(image)]);
  if (gradient === null) continue;
  const lines = linesOf(lineSegments(gradient), gradient);
  const outline = outlineOf(truth, gradient.scaleX);
  for (const method of RENDERED_METHODS) {
    const desk = seenIn(truth, method, { ...seen, gradient });
    const plane = desk && tablePlane(gradient, desk.scene.calibration, desk.scene.objects);
    if (!plane) continue;
    const found = edgeCandidates(lines, plane).filter((c) => c.alone);
    desks.push({
      desk: `${folder}/${name}`,
      lines: found.map((c) => ({ features: c.features, edge: isEdge(c, outline) ? 1 : 0 })),
    });
  }
}
writeFileSync(out, JSON.stringify(desks));
await vision.close();
metrics.close();

type Pair = readonly [number, number];

/** The table's outline every 20 mm, pixels of the gradient. */
function outlineOf(truth: TruthFile, scale: number): Pair[] {
  const corners = truth.table.outline_mm;
  const { R, t } = truth.camera;
  return corners.flatMap(([x, y], i) => {
    const [x2, y2] = corners[(i + 1) % corners.length]!;
    const n = Math.max(1, Math.ceil(Math.hypot(x2 - x, y2 - y) / 20));
    return Array.from({ length: n }, (_, k): Pair => [x + ((x2 - x) * k) / n, y + ((y2 - y) * k) / n])
      .filter(([a, b]) => R[2]![0]! * a + R[2]![1]! * b + t[2]! > 10)
      .map(([a, b]): Pair => {
        const [u, v] = pixelOf(truth, a, b);
        return [u * scale, v * scale];
      });
  });
}

function isEdge({ from, to }: EdgeCandidate, outline: readonly Pair[]): boolean {
  return [0.02, 0.25, 0.5, 0.75, 0.98].every((k) => {
    const [x, y] = [from.x + k * (to.x - from.x), from.y + k * (to.y - from.y)];
    return outline.some(([x1, y1], i) => {
      const [x2, y2] = outline[(i + 1) % outline.length]!;
      const [dx, dy] = [x2 - x1, y2 - y1];
      const s = Math.max(0, Math.min(1, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
      return Math.hypot(x - x1 - s * dx, y - y1 - s * dy) < OFF;
    });
  });
}
