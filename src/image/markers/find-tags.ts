import type { SeenTag } from '../../contract/seen-tag.ts';
import { homographyOf } from '../../scene/calibration/dlt.ts';
import { MARKER_SHEETS, sheetTag, TAG_SIDE, tagCorners } from '../../scene/markers/sheet.ts';
import { signedArea2 } from '../../scene/math/geometry.ts';
import { apply } from '../../scene/math/mat3.ts';
import type { Point } from '../../scene/types.ts';
import { darkMask, outerBorders } from './dark-regions.ts';
import { type Grey, halved } from './grey.ts';
import { quadOf } from './quad.ts';
import { readCode } from './read-code.ts';
import { refineQuad } from './refine.ts';

/** Half the side of the square that a pixel is compared with, pixels. */
const RADIUS = 8;
/** Borders with fewer pixels are too small for a tag. */
const LEAST_BORDER = 32;
/** More tags are no sheets on a desk. */
const MAX_TAGS = 64;

/**
 * Tags of our printed sheet in a grey image: dark quadrilaterals whose code is one of ours, then those that a sheet found so far lets
 * expect. The image is also read at half its size, where blur and noise are smaller.
 */
export function findTags(grey: Grey): SeenTag[] {
  const found: ReadTag[] = [];
  for (const scale of [1, 2]) {
    const at = scale === 1 ? grey : halved(grey);
    for (const quad of quads(at)) {
      const whole = quad.map((p) => ({ x: p.x * scale, y: p.y * scale }));
      if (found.length < MAX_TAGS && !found.some((tag) => near(tag.corners, whole))) {
        const tag = read(grey, whole, 1.5 * scale + 1) ?? (scale > 1 ? readHalved(at, quad) : null);
        if (tag !== null && !found.some((other) => near(other.corners, tag.corners))) found.push(tag);
      }
    }
  }
  const all = [...found, ...expected(grey, found)];
  return all
    .filter((tag) => tag.sure || vouched(tag, all))
    .map(({ id, mirrored, corners }) => ({ id, mirrored, corners }));
}

interface ReadTag extends SeenTag {
  readonly sure: boolean;
}

/** Another tag of the same paper was read. */
const vouched = (tag: ReadTag, all: readonly ReadTag[]): boolean =>
  all.some((other) => other.id !== tag.id && sheetTag(other.id)!.paper === sheetTag(tag.id)!.paper);

function quads(grey: Grey): Point[][] {
  const list: Point[][] = [];
  const limits = { least: LEAST_BORDER, most: 4 * Math.max(grey.width, grey.height) };
  outerBorders(darkMask(grey, RADIUS), grey.width, grey.height, limits, (points, count) => {
    const quad = quadOf(points, count);
    if (quad !== null) list.push(quad);
  });
  return list;
}

function read(grey: Grey, quad: readonly Point[], reach: number): ReadTag | null {
  const once = refineQuad(grey, quad, reach);
  const corners = once && (refineQuad(grey, once, halfModule(once)) ?? once);
  const code = corners && readCode(grey, corners);
  if (!code) return null;
  const { id, mirrored, turn, sure } = code;
  return { id, mirrored, sure, corners: fromUpperLeft(corners, turn, mirrored) };
}

/** As far as a blurred edge reaches without the next one, pixels. */
const halfModule = (quad: readonly Point[]): number =>
  Math.min(4, Math.max(1.5, Math.sqrt(Math.abs(signedArea2(quad)) / 2) / TAG_SIDE / 2));

function readHalved(half: Grey, quad: readonly Point[]): ReadTag | null {
  const tag = read(half, quad, 2.5);
  return tag && { ...tag, corners: tag.corners.map((p) => ({ x: 2 * p.x, y: 2 * p.y })) };
}

/** Corners as they are printed: clockwise from the upper left one, on the screen the other way round in a mirror. */
function fromUpperLeft(corners: readonly Point[], turn: number, mirrored: boolean): Point[] {
  const at = (i: number) => corners[(i + 8) % 4]!;
  return [0, 1, 2, 3].map((i) => (mirrored ? at(turn + 1 - i) : at(turn + i)));
}

/** Middles closer than half the shorter tag. */
function near(a: readonly Point[], b: readonly Point[]): boolean {
  const middle = (q: readonly Point[]) => ({ x: (q[0]!.x + q[2]!.x) / 2, y: (q[0]!.y + q[2]!.y) / 2 });
  const [p, q] = [middle(a), middle(b)];
  const size = Math.sqrt(Math.min(Math.abs(signedArea2(a)), Math.abs(signedArea2(b))) / 2);
  return Math.hypot(p.x - q.x, p.y - q.y) < size / 2;
}

/** The other tags of each tag's sheet, where that tag's plane has them. */
function expected(grey: Grey, found: readonly ReadTag[]): ReadTag[] {
  const more: ReadTag[] = [];
  for (const seed of found) {
    if (seed.mirrored) continue;
    const own = sheetTag(seed.id)!;
    const H = homographyOf(tagCorners(own), seed.corners);
    if (H === null) continue;
    const w = (p: Point) => H[6] * p.x + H[7] * p.y + H[8];
    const sign = Math.sign(w(tagCorners(own)[0]!));
    for (const tag of MARKER_SHEETS[own.paper].tags) {
      if (tag.id === seed.id || found.length + more.length >= MAX_TAGS) continue;
      const mm = tagCorners(tag);
      if (!mm.every((p) => Math.sign(w(p)) === sign)) continue;
      const guess = mm.map((p) => apply(H, p));
      const inside = guess.every((p) => p.x > 1 && p.y > 1 && p.x < grey.width - 1 && p.y < grey.height - 1);
      if (!inside || [...found, ...more].some((other) => near(other.corners, guess))) continue;
      const side = Math.sqrt(Math.abs(signedArea2(guess)) / 2);
      if (side < 9) continue;
      const once = refineQuad(grey, guess, Math.min(8, Math.max(1.5, side / 7)));
      const corners = once && (refineQuad(grey, once, halfModule(once)) ?? once);
      if (corners && readCode(grey, corners, { id: tag.id, mirrored: false, turn: 0 })) {
        more.push({ id: tag.id, mirrored: false, corners, sure: true });
      }
    }
  }
  return more;
}
