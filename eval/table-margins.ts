import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { readGradient } from '../src/image/gradient.ts';
import type { DetectResult } from '../src/ports/detector.ts';
import { marginEvidence } from '../src/scene/plain/table-seen.ts';
import { MARGIN_FEATURES, marginFeatures } from '../src/scene/table/margin-features.ts';
import { RENDERED_METHODS, seenIn, type TruthFile } from '../tests/scene/truth/rendered.ts';

/**
 * How far the table goes on beyond things on rendered desks, and what the image tells of it, for training/table_margin.py.
 * Never the desks of tests/fixtures/scenes: those are for the report.
 *   node eval/table-margins.ts FOLDER DETECTIONS.json OUT.json
 * DETECTIONS: {image: {detections, boxNoise}} of a model.
 */
const [folder, file, out] = process.argv.slice(2);
if (folder === undefined || file === undefined || out === undefined)
  throw new Error('usage: node eval/table-margins.ts FOLDER DETECTIONS.json OUT.json');

/** Lengths that are asked about, mm. */
const LENGTHS = [10, 20, 35, 50, 75, 100, 150, 200, 300];

const found = JSON.parse(readFileSync(file, 'utf8')) as Record<string, DetectResult>;
const base = pathToFileURL(`${folder}/`);
const rows: { desk: string; method: string; class: string; object: string; truth: number; x: number[][] }[] = [];
for (const name of readdirSync(base).filter((n) => n.endsWith('.json') && n.startsWith('scene'))) {
  const truth = JSON.parse(readFileSync(new URL(name, base), 'utf8')) as TruthFile;
  const seen = found[truth.image];
  if (seen === undefined) continue;
  const { width, height, image: label } = truth;
  const bytes = readFileSync(new URL(label, base));
  const gradient = await readGradient({ bytes, width, height });
  if (gradient === null) continue;
  for (const method of RENDERED_METHODS) {
    const desk = seenIn(truth, method, { ...seen, gradient });
    if (desk === null) continue;
    const { scene, ids } = desk;
    const evidence = marginEvidence(scene, gradient);
    for (const [i, o] of scene.objects.entries()) {
      const real = truth.objects.find((t) => t.id === ids[i])?.table_edge_mm;
      const e = evidence.get(o.id);
      if (real === undefined || e === undefined) continue;
      const x = LENGTHS.map((length) => {
        const features = marginFeatures(e, length);
        return MARGIN_FEATURES.map((f) => Number(features[f].toPrecision(5)));
      });
      rows.push({ desk: `${folder}/${name}`, method, class: o.class, object: o.id, truth: real, x });
    }
  }
}
writeFileSync(out, JSON.stringify({ features: MARGIN_FEATURES, lengths: LENGTHS, rows }));
