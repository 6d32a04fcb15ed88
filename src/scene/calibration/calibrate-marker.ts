import type { BoxNoise } from '../../contract/box-noise.ts';
import type { SeenTag, SeenTags } from '../../contract/seen-tag.ts';
import { groupTags, placesOf, type SeenSheet, sightingsOf } from '../markers/group-tags.ts';
import { MARKER_SHEETS, type Paper, sheetTag } from '../markers/sheet.ts';
import { apply, inverse, multiply, weight } from '../math/mat3.ts';
import type { Calibration, Mat3, Point } from '../types.ts';
import type { ImageGeometry } from './camera.ts';
import type { Reference } from './camera-posterior.ts';
import { errorModes, scaleAt, upright } from './plane.ts';
import { type SheetCamera, sheetCamera } from './sheet-camera.ts';
import { otherSheetContradicts, sheetStands } from './sheet-contradictions.ts';

/** A print that nobody checked is true to this, one sigma; "fit to page" makes 3 to 6 %. */
export const PRINT_SIGMA = 0.01;
/** A sheet whose corners are off by more than so many of their standard errors (root mean square) is not flat. */
const MAX_BENT = 6;
/** From here on a tag that alone is off is left out: something hides a part of its border. */
const STRAY = 2;

/** Either a calibration, or why the sheet that is in the picture gives none. */
export type MarkerOutcome = { readonly calibration: Calibration } | { readonly refused: string };

/**
 * The table's plane from our printed sheet, found in the picture. Null when there is none. Corners have `sigmaPx`, or more where
 * they fit each other worse.
 */
export function calibrateMarker(
  image: ImageGeometry,
  seen: SeenTags,
  references: readonly Reference[],
  noise: BoxNoise,
): MarkerOutcome | null {
  const lying = seen.tags.filter((t) => !t.mirrored);
  const [sheet, ...others] = groupTags(lying);
  if (sheet === undefined) {
    return !seen.tags.some((t) => t.mirrored) ? null : { refused: 'is seen in a mirror, which shows another table' };
  }
  const flat = flatSheet(sheet, image, seen.sigmaPx);
  if (flat === null) return { refused: 'fits no camera: it is bent, or hardly to be seen' };
  const { camera } = flat;
  const refused =
    others.map((other) => otherSheetContradicts(camera, other, seen.sigmaPx)).find((why) => why !== null) ??
    sheetStands(camera, image, references, noise);
  return refused === null
    ? {
        calibration: calibrationOf({ ...sheet, tags: flat.tags }, camera, image, {
          sigmaPx: seen.sigmaPx,
          more: others.length > 0,
        }),
      }
    : { refused };
}

interface FlatSheet {
  readonly tags: readonly SeenTag[];
  readonly camera: SheetCamera;
}

/** The camera by all tags that agree, most of them at least; null when they do not lie in one plane. */
function flatSheet({ tags }: SeenSheet, image: ImageGeometry, sigmaPx: number): FlatSheet | null {
  const cameraBy = (some: readonly SeenTag[]): FlatSheet | null => {
    const camera = sheetCamera(sightingsOf(some, sigmaPx), image);
    return camera && { tags: some, camera };
  };
  let best = cameraBy(tags);
  while (best !== null && best.camera.misfit > STRAY && best.tags.length > Math.max(2, tags.length / 2)) {
    const without = best.tags.map((tag) => cameraBy(best!.tags.filter((t) => t !== tag))).filter((f) => f !== null);
    const better = without.sort((a, b) => a.camera.misfit - b.camera.misfit)[0];
    if (better === undefined || better.camera.misfit > 0.7 * best.camera.misfit) break;
    best = better;
  }
  return best !== null && best.camera.misfit <= MAX_BENT ? best : null;
}

const shortestSide = (tags: readonly SeenTag[]): number =>
  Math.min(
    ...tags.flatMap(({ corners }) =>
      corners.map((p, i) => Math.hypot(p.x - corners[(i + 1) % 4]!.x, p.y - corners[(i + 1) % 4]!.y)),
    ),
  );

function calibrationOf(
  { paper, tags }: SeenSheet,
  camera: SheetCamera,
  image: ImageGeometry,
  { sigmaPx, more }: { readonly sigmaPx: number; readonly more: boolean },
): Calibration {
  const { width, height } = image;
  const { px } = placesOf(tags);
  const middle: Point = {
    x: px.reduce((s, p) => s + p.x / px.length, 0),
    y: px.reduce((s, p) => s + p.y / px.length, 0),
  };
  const turn = upright(camera.homography, middle);
  const homography = multiply(turn, camera.homography);
  const { modes, scaleSigma } = errorModes(
    homography,
    camera.alternatives.map((m): Mat3 => multiply(turn, m)),
    middle,
  );
  const { name } = MARKER_SHEETS[paper];
  const side = sheetTag(tags[0]!.id)!.side;
  return {
    method: 'marker',
    source: 'reference_object',
    homography,
    mmPerPixel: scaleAt(homography, { x: width / 2, y: height / 2 }) ?? scaleAt(homography, middle),
    scaleSigma: Math.hypot(scaleSigma, PRINT_SIGMA),
    residualMm: (camera.misfit * sigmaPx * side) / shortestSide(tags),
    references: [`the printed sheet (${name}), ${tags.length} of ${MARKER_SHEETS[paper].tags.length} tags`],
    assumptions: [
      'the printed sheet lies flat on the table',
      `it was printed at 100 %, right to ${100 * PRINT_SIGMA} % (one sigma): its line is 100 mm long`,
      ...(more
        ? ['of several printed sheets the one with most tags in sight was taken; the others agree with it']
        : []),
      ...(tags.length === 1 ? ['one tag alone was seen: far from it the errors grow'] : []),
    ],
    reason: null,
    sheetPx: paperInImage(paper, camera.homography),
    view: { width, height, focalPx: camera.focalPx, focalSigma: camera.focalSigma, modes },
  };
}

/** The paper's corners in the image; none where one lies beyond the horizon. */
function paperInImage(paper: Paper, homography: Mat3): Point[] {
  const { width, height } = MARKER_SHEETS[paper];
  const toPixels = inverse(homography);
  const corners = [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
    { x: 0, y: height },
  ].map((p) => toPixels && { ...apply(toPixels, p), w: Math.sign(weight(toPixels, p)) });
  const seen = corners.every((c) => c !== null && c.w === corners[0]!.w && Math.abs(c.x) < 1e5 && Math.abs(c.y) < 1e5);
  return seen ? corners.map((c) => ({ x: c!.x, y: c!.y })) : [];
}
