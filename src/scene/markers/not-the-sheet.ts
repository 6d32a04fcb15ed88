import type { Box, Detection } from '../../contract/detection.ts';
import type { SeenTags } from '../../contract/seen-tag.ts';
import { homographyOf } from '../calibration/dlt.ts';
import { apply, weight } from '../math/mat3.ts';
import { groupTags, placesOf, type SeenSheet } from './group-tags.ts';
import { MARKER_SHEETS } from './sheet.ts';

/** A box that shares this much of its union with the paper's is the paper's. */
const SAME = 0.55;
/** What nobody takes for a sheet of paper. */
const NEVER_PAPER: ReadonlySet<string> = new Set(['mug', 'glass', 'bottle', 'bowl', 'mouse', 'table']);

/** Detectors know no printed sheets and call one a laptop or a keyboard: such boxes are taken out, and told. */
export function notTheSheet(
  detections: readonly Detection[],
  markers: SeenTags | undefined,
  image: { readonly width: number; readonly height: number },
): { readonly kept: readonly Detection[]; readonly sheets: readonly Detection[] } {
  const papers =
    markers === undefined
      ? []
      : groupTags(markers.tags)
          .map((sheet) => paperBox(sheet, image))
          .filter((box) => box !== null);
  if (papers.length === 0) return { kept: detections, sheets: [] };
  const isSheet = (d: Detection) => !NEVER_PAPER.has(d.class) && papers.some((paper) => shared(paper, d.bbox) >= SAME);
  return { kept: detections.filter((d) => !isSheet(d)), sheets: detections.filter(isSheet) };
}

/** The whole paper as far as it is in the image; null where a part of it lies beyond the horizon. */
function paperBox({ paper, tags }: SeenSheet, image: { readonly width: number; readonly height: number }): Box | null {
  const { mm, px } = placesOf(tags);
  const H = homographyOf(mm, px);
  const { width, height } = MARKER_SHEETS[paper];
  const corners = [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
    { x: 0, y: height },
  ];
  if (H === null || corners.some((c) => Math.sign(weight(H, c)) !== Math.sign(weight(H, mm[0]!)))) return null;
  const seen = corners.map((c) => apply(H, c));
  const within = (v: number, most: number) => Math.min(most, Math.max(0, v));
  const xs = seen.map((p) => within(p.x, image.width));
  const ys = seen.map((p) => within(p.y, image.height));
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/** Intersection over union. */
function shared(a: Box, b: Box): number {
  const w = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const h = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  const both = Math.max(0, w) * Math.max(0, h);
  return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both);
}
