import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { MARKER_SHEETS, type MarkerSheet, PAPERS, tagCorners } from '../../../src/scene/markers/sheet.ts';
import { contains } from '../../../src/scene/math/geometry.ts';
import { apply, multiply } from '../../../src/scene/math/mat3.ts';
import type { Mat3, Point } from '../../../src/scene/types.ts';
import { type Look, paint, sheetShade } from './painted-print.ts';
import { random } from './random.ts';
import type { TruthFile } from './rendered.ts';

/** Longest side of the pictures, pixels: the rendered desk is enlarged, the sheet is as sharp as a photo would show it. */
const LONGEST = 1280;

export interface SheetOnDesk {
  readonly truth: TruthFile;
  readonly sheet: MarkerSheet;
  /** Pixels of this picture for each of the rendered one. */
  readonly zoom: number;
  readonly width: number;
  readonly height: number;
  /** RGB. */
  readonly data: Buffer;
  /** Ids of the tags that are wholly in sight, with their corners in pixels. */
  readonly tags: readonly { readonly id: number; readonly corners: readonly Point[] }[];
  /** Side of the sheet's tags in the picture, pixels: the smallest of those in sight. */
  readonly leastSide: number;
  readonly tiltDeg: number;
}

/** Table mm (y away from the viewer, as the truth has it) to pixels of the rendered picture. */
export function tableToPixels({ camera: { R, t, fx }, width, height }: TruthFile): Mat3 {
  const [a, b, c] = R as [number[], number[], number[]];
  const [cx, cy] = [width / 2, height / 2];
  const row = (r: number[], i: number) => [r[0]!, r[1]!, t[i]!];
  const [p, q, w] = [row(a, 0), row(b, 1), row(c, 2)];
  return [...p.map((v, i) => fx * v + cx * w[i]!), ...q.map((v, i) => fx * v + cy * w[i]!), ...w] as unknown as Mat3;
}

/** The truth as an enlarged picture has it. */
export function enlarged(truth: TruthFile, zoom: number): TruthFile {
  const objects = truth.objects.map((o) => {
    const [x1, y1, x2, y2] = o.bbox ?? [0, 0, 0, 0];
    return { ...o, bbox: o.bbox && ([x1 * zoom, y1 * zoom, x2 * zoom, y2 * zoom] as const) };
  });
  const camera = { ...truth.camera, fx: truth.camera.fx * zoom };
  return { ...truth, width: Math.round(truth.width * zoom), height: Math.round(truth.height * zoom), camera, objects };
}

/** The sheet's own mm (y down) to table mm, lying at (x, y), turned. */
function lying(sheet: MarkerSheet, x: number, y: number, turn: number): Mat3 {
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  const [mx, my] = [sheet.width / 2, sheet.height / 2];
  // Its y axis runs down, the table's up.
  return [c, s, x - c * mx - s * my, s, -c, y - s * mx + c * my, 0, 0, 1];
}

/**
 * The desk with our sheet lying on it where there is room: on the table, as much of it in sight as can be, under the boxes
 * of what stands there. Null where two tags at most would be in sight.
 */
export async function sheetOnDesk(truth: TruthFile, image: URL, look: Look, trial = 0): Promise<SheetOnDesk | null> {
  const r = random(truth.seed * 7 + 13 + 7919 * trial);
  const sheet = MARKER_SHEETS[r.pick(PAPERS)];
  const zoom = LONGEST / Math.max(truth.width, truth.height);
  const [width, height] = [Math.round(truth.width * zoom), Math.round(truth.height * zoom)];
  const toPixels = multiply([zoom, 0, 0, 0, zoom, 0, 0, 0, 1], tableToPixels(truth));
  const boxes = truth.objects
    .filter((o) => o.class !== 'table' && o.class !== 'desk_mat' && o.bbox !== null)
    .map((o) => o.bbox!.map((v) => v * zoom) as unknown as readonly [number, number, number, number]);
  const outline = truth.table.outline_mm.map(([x, y]) => ({ x, y }));
  const xs = outline.map((p) => p.x);
  const ys = outline.map((p) => p.y);
  let best: { place: Mat3; free: SheetOnDesk['tags'] } | null = null;
  for (let k = 0; k < 400 && (best?.free.length ?? 0) < sheet.tags.length; k++) {
    const place = lying(
      sheet,
      r.uniform(Math.min(...xs), Math.max(...xs)),
      r.uniform(Math.min(...ys), Math.max(...ys)),
      r.uniform(0, 2 * Math.PI),
    );
    const [w, h] = [sheet.width, sheet.height];
    const paper = [
      [0, 0],
      [w, 0],
      [w, h],
      [0, h],
    ].map(([x, y]) => apply(place, { x: x!, y: y! }));
    if (!paper.every((p) => contains(outline, p))) continue;
    const all = multiply(toPixels, place);
    const depth = (p: Point) => all[6] * p.x + all[7] * p.y + all[8];
    if (!tagsOf(sheet).every(({ corners }) => corners.every((c) => depth(c) > 50))) continue;
    const free = tagsOf(sheet)
      .map(({ id, corners }) => ({ id, corners: corners.map((c) => apply(all, c)) }))
      .filter(({ corners }) => corners.every((c) => c.x > 3 && c.y > 3 && c.x < width - 3 && c.y < height - 3))
      .filter(({ corners }) => !boxes.some((b) => touches(corners, b)));
    if (free.length > (best?.free.length ?? 1)) best = { place, free };
  }
  if (best === null) return null;
  const data = await sharp(readFileSync(image))
    .resize(width, height, { kernel: 'cubic' })
    .removeAlpha()
    .raw()
    .toBuffer();
  const whole = multiply(toPixels, best.place);
  const print = { width: sheet.width, height: sheet.height, shade: sheetShade(sheet) };
  paint({ width, height, data }, whole, print, look, boxes, truth.seed + trial);
  const sides = best.free.flatMap(({ corners }) =>
    corners.map((p, i) => Math.hypot(p.x - corners[(i + 1) % 4]!.x, p.y - corners[(i + 1) % 4]!.y)),
  );
  const tiltDeg = (Math.acos(-truth.camera.R[2]![2]!) * 180) / Math.PI;
  return { truth, sheet, zoom, width, height, data, tags: best.free, leastSide: Math.min(...sides), tiltDeg };
}

const tagsOf = (sheet: MarkerSheet) => sheet.tags.map((tag) => ({ id: tag.id, corners: tagCorners(tag) }));

/** The box, a little larger, and the tag's own box overlap. */
function touches(corners: readonly Point[], [x1, y1, x2, y2]: readonly [number, number, number, number]): boolean {
  const xs = corners.map((p) => p.x);
  const ys = corners.map((p) => p.y);
  return Math.max(...xs) > x1 - 2 && Math.min(...xs) < x2 + 2 && Math.max(...ys) > y1 - 2 && Math.min(...ys) < y2 + 2;
}
