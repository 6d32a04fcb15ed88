import type { SeenTags } from '../../contract/seen-tag.ts';
import { SHEETS } from '../calibration/calibrate-points.ts';
import { sheetCamera } from '../calibration/sheet-camera.ts';
import { apply } from '../math/mat3.ts';
import type { Point } from '../types.ts';
import { groupTags, sightingsOf } from './group-tags.ts';
import { MARKER_SHEETS, type Paper } from './sheet.ts';

/** How large a print is against how large it was made. */
export type PrintCheck =
  | {
      readonly paper: Paper;
      /** 1 is true to size; the standard error is of the same ratio. */
      readonly ratio: number;
      readonly sigma: number;
      readonly verdict: 'true to size' | 'not true to size' | 'not sure';
    }
  | { readonly needs: 'sheet' | 'one sheet' | 'card' };

/** What is looked for in a photo of a print. */
export interface PrintPhoto {
  readonly width: number;
  readonly height: number;
  readonly focal35mm: number | null;
  readonly seen: SeenTags;
  /** Quadrilaterals, any of which may be the card. */
  readonly quads: readonly (readonly Point[])[];
}

/** A print is called true to size within this, and asks for more than one hint beyond. */
const TRUE = 0.01;
/** A card's corners are round, and its border is printed: right to so many pixels, one sigma. */
const CARD_SIGMA_PX = 0.7;
/** A card that seems this much larger or smaller is none but a touchpad, a phone or a label: printers err by a tenth at most. */
const SCALES = [0.88, 1.14] as const;
/** Sides and angles of a card on the sheet's plane: relative, and cosine. */
const SHAPE = 0.035;

/**
 * Compares a bank card (ISO/IEC 7810 ID-1, 85.60 x 53.98 mm) with the sheet that lies beside it: as much as it seems too
 * large by the sheet, the print is too small.
 */
export function checkPrint({ width, height, focal35mm, seen, quads }: PrintPhoto): PrintCheck {
  const sheets = groupTags(seen.tags.filter((t) => !t.mirrored));
  const [sheet] = sheets;
  if (sheet === undefined) return { needs: 'sheet' };
  if (sheets.length > 1) return { needs: 'one sheet' };
  const camera = sheetCamera(sightingsOf(sheet.tags, seen.sigmaPx), { width, height, focal35mm });
  if (camera === null || camera.misfit > 4) return { needs: 'sheet' };
  const paper = MARKER_SHEETS[sheet.paper];
  const cards = quads.flatMap((quad) => {
    const on = quad.map((p) => apply(camera.homography, p));
    const middle = { x: on.reduce((s, p) => s + p.x / 4, 0), y: on.reduce((s, p) => s + p.y / 4, 0) };
    const reach = 2 * paper.height;
    const near =
      middle.x > -reach && middle.y > -reach && middle.x < paper.width + reach && middle.y < paper.height + reach;
    // What lies on the printed tags is a part of them.
    const printed = paper.tags.some(
      (t) => middle.x > t.x && middle.x < t.x + t.side && middle.y > t.y && middle.y < t.y + t.side,
    );
    const found = near && !printed ? asCard(on) : null;
    if (found === null) return [];
    const seenScale = (H: typeof camera.homography) =>
      asCard(
        quad.map((p) => apply(H, p)),
        1,
      )?.scale ?? found.scale;
    const plane = Math.hypot(...camera.alternatives.map((H) => Math.log(seenScale(H) / found.scale)));
    const shortest = Math.min(...sides(quad));
    return [{ ...found, sigma: Math.hypot(plane, CARD_SIGMA_PX / shortest) }];
  });
  const best = cards.sort((a, b) => a.misfit - b.misfit)[0];
  if (best === undefined) return { needs: 'card' };
  const ratio = 1 / best.scale;
  const off = Math.abs(ratio - 1);
  const verdict =
    off + 1.6449 * best.sigma <= 2 * TRUE
      ? 'true to size'
      : off > TRUE + 1.6449 * best.sigma
        ? 'not true to size'
        : 'not sure';
  return { paper: sheet.paper, ratio, sigma: best.sigma, verdict };
}

const sides = (q: readonly Point[]) => q.map((p, i) => Math.hypot(q[(i + 1) % 4]!.x - p.x, q[(i + 1) % 4]!.y - p.y));

/** How many times a card's size a shape on the plane has; null: it has not its shape. */
function asCard(on: readonly Point[], tolerance = SHAPE): { scale: number; misfit: number } | null {
  const s = sides(on);
  const [p, q] = [(s[0]! + s[2]!) / 2, (s[1]! + s[3]!) / 2];
  const [long, short] = SHEETS.card;
  const scale = Math.sqrt((Math.max(p, q) / long) * (Math.min(p, q) / short));
  const aspect = Math.abs(Math.log(Math.max(p, q) / Math.min(p, q) / (long / short)));
  const uneven = Math.max(Math.abs(Math.log(s[0]! / s[2]!)), Math.abs(Math.log(s[1]! / s[3]!)));
  const corners = on.map((a, i) => {
    const [b, c] = [on[(i + 1) % 4]!, on[(i + 3) % 4]!];
    return Math.abs(((b.x - a.x) * (c.x - a.x) + (b.y - a.y) * (c.y - a.y)) / (s[i]! * s[(i + 3) % 4]!));
  });
  const misfit = Math.max(aspect, uneven, ...corners);
  return misfit <= tolerance && scale > SCALES[0] && scale < SCALES[1] ? { scale, misfit } : null;
}
