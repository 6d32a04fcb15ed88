import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { MARKER_SHEETS, type MarkerSheet, PAPERS, tagCorners } from '../../../src/scene/markers/sheet.ts';
import { contains } from '../../../src/scene/math/geometry.ts';
import { apply, multiply } from '../../../src/scene/math/mat3.ts';
import type { Mat3, Point } from '../../../src/scene/types.ts';
import { type Look, paint, sheetShade } from './painted-print.ts';
import { type Random, random } from './random.ts';
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

/** How the sheet is in the picture: flat on the table at a scale of its print, or upright behind it and facing it. */
export type Hanging = { readonly scale: number } | 'upright';

/** Sheets that one picture shows, together; most have one. */
const FLAT: readonly Hanging[] = [{ scale: 1 }];

/**
 * The desk with our sheet where there is room, as much of it in sight as can be, under the boxes of what stands there. Null where
 * one of the sheets would not show two tags.
 */
export async function sheetOnDesk(
  truth: TruthFile,
  image: URL,
  look: Look,
  sheets: readonly Hanging[] = FLAT,
): Promise<SheetOnDesk | null> {
  const r = random(truth.seed * 7 + 13);
  const zoom = LONGEST / Math.max(truth.width, truth.height);
  const [width, height] = [Math.round(truth.width * zoom), Math.round(truth.height * zoom)];
  const boxes = truth.objects
    .filter((o) => o.class !== 'table' && o.class !== 'desk_mat' && o.bbox !== null)
    .map((o) => o.bbox!.map((v) => v * zoom) as unknown as Box);
  const placed: Placed[] = [];
  for (const hanging of sheets) {
    const sheet = MARKER_SHEETS[r.pick(PAPERS)];
    const found = place(truth, sheet, hanging, {
      r,
      zoom,
      width,
      height,
      boxes: [...boxes, ...placed.map((p) => p.box)],
    });
    if (found === null) return null;
    placed.push(found);
  }
  const data = await sharp(readFileSync(image))
    .resize(width, height, { kernel: 'cubic' })
    .removeAlpha()
    .raw()
    .toBuffer();
  for (const { sheet, toPixels } of placed) {
    const print = { width: sheet.width, height: sheet.height, shade: sheetShade(sheet) };
    paint({ width, height, data }, toPixels, print, look, boxes, truth.seed);
  }
  const { sheet, free } = placed[0]!;
  const sides = free.flatMap(({ corners }) =>
    corners.map((p, i) => Math.hypot(p.x - corners[(i + 1) % 4]!.x, p.y - corners[(i + 1) % 4]!.y)),
  );
  const tiltDeg = (Math.acos(-truth.camera.R[2]![2]!) * 180) / Math.PI;
  return { truth, sheet, zoom, width, height, data, tags: free, leastSide: Math.min(...sides), tiltDeg };
}

type Box = readonly [number, number, number, number];

interface Placed {
  readonly sheet: MarkerSheet;
  /** Its mm to pixels. */
  readonly toPixels: Mat3;
  readonly free: SheetOnDesk['tags'];
  readonly box: Box;
}

const TRIES = 400;

function place(
  truth: TruthFile,
  sheet: MarkerSheet,
  hanging: Hanging,
  { r, zoom, width, height, boxes }: { r: Random; zoom: number; width: number; height: number; boxes: readonly Box[] },
): Placed | null {
  const toPicture = multiply([zoom, 0, 0, 0, zoom, 0, 0, 0, 1], tableToPixels(truth));
  const outline = truth.table.outline_mm.map(([x, y]) => ({ x, y }));
  const xs = outline.map((p) => p.x);
  const ys = outline.map((p) => p.y);
  let best: Placed | null = null;
  for (let k = 0; k < TRIES && (best?.free.length ?? 0) < sheet.tags.length; k++) {
    const at = { x: r.uniform(Math.min(...xs), Math.max(...xs)), y: r.uniform(Math.min(...ys), Math.max(...ys)) };
    let toPixels: Mat3;
    if (hanging === 'upright') {
      toPixels = multiply(
        [zoom, 0, 0, 0, zoom, 0, 0, 0, 1],
        upright(truth, sheet, at.x, Math.max(...ys) + 20, r.uniform(0, 250)),
      );
    } else {
      const s = hanging.scale;
      const flat = lying(sheet, 0, 0, r.uniform(0, 2 * Math.PI));
      const lies = multiply([s, 0, at.x, 0, s, at.y, 0, 0, 1], flat);
      if (!paperOf(sheet).every((p) => contains(outline, apply(lies, p)))) continue;
      toPixels = multiply(toPicture, lies);
    }
    const depth = (p: Point) => toPixels[6] * p.x + toPixels[7] * p.y + toPixels[8];
    if (!paperOf(sheet).every((c) => depth(c) > 50)) continue;
    const free = tagsOf(sheet)
      .map(({ id, corners }) => ({ id, corners: corners.map((c) => apply(toPixels, c)) }))
      .filter(({ corners }) => corners.every((c) => c.x > 3 && c.y > 3 && c.x < width - 3 && c.y < height - 3))
      .filter(({ corners }) => !boxes.some((b) => touches(corners, b)));
    if (free.length <= (best?.free.length ?? 1)) continue;
    const paper = paperOf(sheet).map((p) => apply(toPixels, p));
    const [px, py] = [paper.map((p) => p.x), paper.map((p) => p.y)];
    best = { sheet, toPixels, free, box: [Math.min(...px), Math.min(...py), Math.max(...px), Math.max(...py)] };
  }
  return best;
}

const paperOf = ({ width, height }: MarkerSheet): Point[] => [
  { x: 0, y: 0 },
  { x: width, y: 0 },
  { x: width, y: height },
  { x: 0, y: height },
];

/** The sheet's mm to pixels of the rendered picture, standing `over` mm above the table at depth y. */
function upright(truth: TruthFile, sheet: MarkerSheet, x: number, y: number, over: number): Mat3 {
  const { R, t, fx } = truth.camera;
  // Of a point of the sheet (u, v): table (x - width/2 + u, y, over + height - v).
  const column = (v: readonly [number, number, number]) =>
    R.map((row) => row[0]! * v[0] + row[1]! * v[1] + row[2]! * v[2]);
  const [a, b] = [column([1, 0, 0]), column([0, 0, -1])];
  const c = column([x - sheet.width / 2, y, over + sheet.height]).map((v, i) => v + t[i]!);
  const row = (i: number) => [a[i]!, b[i]!, c[i]!];
  const [cx, cy] = [truth.width / 2, truth.height / 2];
  const w = row(2);
  return [
    ...row(0).map((v, i) => fx * v + cx * w[i]!),
    ...row(1).map((v, i) => fx * v + cy * w[i]!),
    ...w,
  ] as unknown as Mat3;
}

const tagsOf = (sheet: MarkerSheet) => sheet.tags.map((tag) => ({ id: tag.id, corners: tagCorners(tag) }));

/** The box, a little larger, and the tag's own box overlap. */
function touches(corners: readonly Point[], [x1, y1, x2, y2]: readonly [number, number, number, number]): boolean {
  const xs = corners.map((p) => p.x);
  const ys = corners.map((p) => p.y);
  return Math.max(...xs) > x1 - 2 && Math.min(...xs) < x2 + 2 && Math.max(...ys) > y1 - 2 && Math.min(...ys) < y2 + 2;
}
