import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import type { BoxNoise } from '../src/contract/box-noise.ts';
import type { Detection } from '../src/contract/detection.ts';
import type { ImageGradient } from '../src/contract/image-gradient.ts';
import { readGradient } from '../src/image/gradient.ts';
import { buildScene } from '../src/scene/build.ts';
import { projectToPx } from '../src/scene/objects/project.ts';
import { CELL_FEATURES } from '../src/scene/plain/cell-features.ts';
import { tableCells } from '../src/scene/plain/table-cells.ts';
import type { Point, Scene } from '../src/scene/types.ts';
import { distanceToPolygon, type Pair, tablePointAt } from '../tests/scene/truth/on-table.ts';
import { RENDERED_METHODS, seenIn, type TruthFile } from '../tests/scene/truth/rendered.ts';
import { drawnOnTable } from './drawn-on-table.ts';

/**
 * Cells of the table in pictures and which of them are free, for training/free_table.py. Never the desks of
 * tests/fixtures/scenes: those are for the report.
 *   node eval/free-cells.ts OUT.json --desks FOLDER --detections FILE [--drawn]
 *   node eval/free-cells.ts OUT.json --photos FILE
 * --detections: {image: {detections, boxNoise}} of a model. --drawn: with things, seams and shadows drawn onto the tables.
 * --photos: [{file, seen: {detections, boxNoise}, free: polygons, ignore: polygons}] in pixels, outlined by hand.
 */
const { values, positionals } = parseArgs({
  options: {
    desks: { type: 'string' },
    detections: { type: 'string' },
    drawn: { type: 'boolean', default: false },
    photos: { type: 'string' },
  },
  allowPositionals: true,
});
const [out] = positionals;
if (out === undefined)
  throw new Error('usage: node eval/free-cells.ts OUT.json --desks FOLDER --detections FILE | --photos FILE');

interface Seen {
  readonly detections: readonly Detection[];
  readonly boxNoise: BoxNoise;
}
/** 1: free table; 0: something else; null: too near a border to tell. */
type Label = 0 | 1 | null;

/** So close to a border nobody can tell, mm of a rendered desk and as a share of a photo's width. */
const BORDER_MM = 4;
const BORDER_SHARE = 0.006;
const FLAT: ReadonlySet<string> = new Set(['coaster', 'desk_mat', 'mat', 'placemat', 'paper', 'tablecloth']);
const pictures: { name: string; desk: number; real: boolean; features: readonly string[]; cells: number[][] }[] = [];

function take(
  name: string,
  desk: number,
  real: boolean,
  scene: Scene,
  image: ImageGradient,
  label: (px: Point) => Label,
) {
  const found = tableCells(scene, image);
  if (found === null) return;
  const { grid, visible, features } = found;
  const cells: number[][] = [];
  for (let i = 0; i < visible.length; i++) {
    if (!visible[i]) continue;
    const x = grid.x + ((i % grid.columns) + 0.5) * grid.cell;
    const y = grid.y + (Math.floor(i / grid.columns) + 0.5) * grid.cell;
    const free = label(projectToPx(scene.calibration, { x, y }));
    if (free !== null) cells.push([...CELL_FEATURES.map((f) => features[f][i]!), free]);
  }
  pictures.push({ name, desk, real, features: CELL_FEATURES, cells });
}

if (values.desks !== undefined && values.detections !== undefined) {
  const folder = pathToFileURL(`${values.desks}/`);
  const models = JSON.parse(readFileSync(values.detections, 'utf8')) as Record<string, Seen>;
  const names = readdirSync(folder).filter((n) => n.startsWith('scene') && n.endsWith('.json'));
  for (const [k, name] of names.sort().entries()) {
    const truth = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as TruthFile;
    const seen = models[truth.image];
    const { width, height } = truth;
    const image = await readGradient({ bytes: readFileSync(new URL(truth.image, folder)), width, height });
    if (seen === undefined || image === null) continue;
    const method = RENDERED_METHODS[k % 2 === 0 ? 2 : 0];
    const desk =
      seenIn(truth, method, { ...seen, gradient: image }) ??
      seenIn(truth, 'known objects', { ...seen, gradient: image });
    const { grey, chroma } = image;
    if (desk === null || grey === undefined || chroma === undefined) continue;
    const drawn = values.drawn ? drawnOnTable({ ...image, grey, chroma }, truth, k) : null;
    take(name, k, false, desk.scene, drawn?.image ?? image, (px) => onDesk(truth, px, drawn?.toThing));
  }
}

if (values.photos !== undefined) {
  interface Photo {
    readonly file: string;
    readonly seen: Seen;
    readonly free: readonly (readonly Pair[])[];
    readonly ignore: readonly (readonly Pair[])[];
  }
  for (const [k, { file, seen, free, ignore }] of (
    JSON.parse(readFileSync(values.photos, 'utf8')) as Photo[]
  ).entries()) {
    const bytes = readFileSync(file);
    const { width, height } = await sharp(bytes).metadata();
    const gradient = await readGradient({ bytes, width, height });
    if (gradient === null) continue;
    const given = {
      width,
      height,
      gradient,
      focal35mm: null,
      calibration: null,
      zones: [],
      tablePx: null,
      context: null,
    };
    const scene = buildScene({ ...given, ...seen });
    const border = Math.max(3, BORDER_SHARE * width);
    take(file, k, true, scene, gradient, ({ x, y }) => {
      const nearest = Math.min(...free.map((p) => distanceToPolygon(p, x, y)));
      if (nearest < 0) return 1;
      return nearest < border || ignore.some((p) => distanceToPolygon(p, x, y) < 0) ? null : 0;
    });
  }
}
writeFileSync(out, JSON.stringify(pictures));

interface TruthThing {
  readonly class?: string;
  readonly bbox: readonly [number, number, number, number] | null;
  readonly footprint:
    | { readonly type: 'circle'; readonly center: Pair; readonly radius: number }
    | { readonly type: 'polygon'; readonly points: readonly Pair[] };
}

function onDesk(truth: TruthFile, px: Point, toDrawn?: (x: number, y: number) => number): Label {
  const { x, y } = tablePointAt(truth, px);
  if (!(Math.hypot(x, y) < 1e5)) return null;
  const outside = distanceToPolygon(truth.table.outline_mm, x, y);
  if (Math.abs(outside) < BORDER_MM) return null;
  if (outside > 0) return 0;
  const { objects, others = [] } = truth as unknown as { objects: TruthThing[]; others?: TruthThing[] };
  let label: Label = 1;
  for (const { class: name = '', bbox, footprint: f } of [...objects, ...others]) {
    if (name === 'table' || FLAT.has(name)) continue;
    const far =
      f.type === 'circle' ? Math.hypot(x - f.center[0], y - f.center[1]) - f.radius : distanceToPolygon(f.points, x, y);
    if (far < -BORDER_MM / 2) return 0;
    // What stands before a place hides it: nobody can tell.
    const [u1, v1, u2, v2] = bbox ?? [1, 1, 0, 0];
    if (far < BORDER_MM || (px.x > u1 && px.x < u2 && px.y > v1 && px.y < v2)) label = null;
  }
  const drawn = toDrawn?.(x, y) ?? Number.POSITIVE_INFINITY;
  if (drawn < 0) return label === null ? null : 0;
  return drawn < BORDER_MM ? null : label;
}
