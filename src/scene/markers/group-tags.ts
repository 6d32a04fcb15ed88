import type { SeenTag } from '../../contract/seen-tag.ts';
import { homographyOf } from '../calibration/dlt.ts';
import type { Sighting } from '../calibration/sheet-camera.ts';
import { signedArea2 } from '../math/geometry.ts';
import { apply } from '../math/mat3.ts';
import type { Point } from '../types.ts';
import { type Paper, sheetTag, tagCorners } from './sheet.ts';

/** Tags of one sheet that lie as they were printed. */
export interface SeenSheet {
  readonly paper: Paper;
  readonly tags: readonly SeenTag[];
}

/** A tag belongs to the sheet of another if it lies where that lets expect it, to within this share of its size. */
const NEAR = 0.6;

/** Which tags lie on one sheet together, the sheet with most of them first, of several with as many the largest in the image. */
export function groupTags(tags: readonly SeenTag[]): SeenSheet[] {
  const left = tags.filter((t) => sheetTag(t.id) !== undefined).sort((a, b) => area(b) - area(a));
  const sheets: { paper: Paper; tags: SeenTag[] }[] = [];
  for (const tag of left) {
    const { paper } = sheetTag(tag.id)!;
    const home = sheets.find((s) => s.paper === paper && !s.tags.some((t) => t.id === tag.id) && lies(tag, s.tags));
    if (home) home.tags.push(tag);
    else sheets.push({ paper, tags: [tag] });
  }
  const seen = (s: SeenSheet) => s.tags.reduce((sum, t) => sum + area(t), 0);
  sheets.sort((a, b) => b.tags.length - a.tags.length || seen(b) - seen(a));
  return united(sheets);
}

/** One tag alone foretells far ones badly: what did not fit it may fit all that did. */
function united(sheets: readonly { readonly paper: Paper; readonly tags: SeenTag[] }[]): SeenSheet[] {
  const kept: { readonly paper: Paper; readonly tags: SeenTag[] }[] = [];
  for (const sheet of sheets) {
    const home = kept.find(({ paper, tags }) => {
      const free = !tags.some((t) => sheet.tags.some((other) => other.id === t.id));
      return paper === sheet.paper && free && sheet.tags.every((t) => lies(t, tags));
    });
    if (home) home.tags.push(...sheet.tags);
    else kept.push(sheet);
  }
  return kept;
}

const area = (tag: SeenTag): number => Math.abs(signedArea2(tag.corners)) / 2;

/** Sides that meet at a flat angle cross at a place that is known worse along them. */
export function cornerSigmas({ corners }: SeenTag, sigmaPx: number): number[] {
  return corners.map((p, i) => {
    const [q, r] = [corners[(i + 1) % 4]!, corners[(i + 3) % 4]!];
    const [a, b] = [
      { x: q.x - p.x, y: q.y - p.y },
      { x: r.x - p.x, y: r.y - p.y },
    ];
    const sine = Math.abs(a.x * b.y - a.y * b.x) / (Math.hypot(a.x, a.y) * Math.hypot(b.x, b.y));
    return sigmaPx / Math.max(0.05, sine);
  });
}

export const sightingsOf = (tags: readonly SeenTag[], sigmaPx: number): Sighting[] =>
  tags.flatMap((tag) => {
    const mm = tagCorners(sheetTag(tag.id)!);
    const sigmas = cornerSigmas(tag, sigmaPx);
    return tag.corners.map((px, i) => ({ px, mm: mm[i]!, sigma: sigmas[i]! }));
  });

export const placesOf = (tags: readonly SeenTag[]): { mm: Point[]; px: Point[] } => ({
  mm: tags.flatMap((t) => tagCorners(sheetTag(t.id)!)),
  px: tags.flatMap((t) => t.corners),
});

function lies(tag: SeenTag, sheet: readonly SeenTag[]): boolean {
  const { mm, px } = placesOf(sheet);
  const H = homographyOf(mm, px);
  if (H === null) return false;
  const expected = tagCorners(sheetTag(tag.id)!).map((p) => apply(H, p));
  const size = Math.hypot(tag.corners[2]!.x - tag.corners[0]!.x, tag.corners[2]!.y - tag.corners[0]!.y) / Math.SQRT2;
  return expected.every((p, i) => Math.hypot(p.x - tag.corners[i]!.x, p.y - tag.corners[i]!.y) < NEAR * size);
}
