import type { BoxNoise } from '../../contract/box-noise.ts';
import { cornerSigmas, placesOf, type SeenSheet } from '../markers/group-tags.ts';
import { MARKER_SHEETS, sheetTag } from '../markers/sheet.ts';
import { apply } from '../math/mat3.ts';
import type { ImageGeometry } from './camera.ts';
import {
  cameraPosterior,
  logSine,
  type Reference,
  type ReferenceObservation,
  usable,
  votes,
} from './camera-posterior.ts';
import type { SheetCamera } from './sheet-camera.ts';

/** Sides of another sheet may be off by this much and three standard errors: prints differ. */
const PRINTS_DIFFER = 0.03;

/** Why another sheet in the picture speaks against the plane of the first; null: it does not. */
export function otherSheetContradicts(camera: SheetCamera, other: SeenSheet, sigmaPx: number): string | null {
  const { px } = placesOf(other.tags);
  const name = MARKER_SHEETS[other.paper].name;
  const H = camera.homography;
  const ratios = other.tags.flatMap((tag) => {
    const sigmas = cornerSigmas(tag, sigmaPx);
    return tag.corners.map((p, i) => {
      const q = tag.corners[(i + 1) % 4]!;
      const [a, b] = [apply(H, p), apply(H, q)];
      const length = Math.hypot(q.x - p.x, q.y - p.y);
      return {
        log: Math.log(Math.hypot(b.x - a.x, b.y - a.y) / sheetTag(tag.id)!.side),
        sigma: Math.hypot(sigmas[i]!, sigmas[(i + 1) % 4]!) / length,
      };
    });
  });
  const behind = px.some((p) => H[6] * p.x + H[7] * p.y + H[8] < 0 !== H[6] * px[0]!.x + H[7] * px[0]!.y + H[8] < 0);
  const worst = ratios.reduce((a, b) => (Math.abs(b.log) > Math.abs(a.log) ? b : a));
  const allowed = PRINTS_DIFFER + 3 * Math.max(...ratios.map((r) => r.sigma));
  if (!behind && Math.abs(worst.log) <= allowed) return null;
  const share = Math.round(100 * Math.abs(Math.exp(Math.abs(worst.log)) - 1));
  const by = Number.isFinite(share) && share < 1000 ? ` by ${share} %` : '';
  return `contradicts a second one (${name}): on one table the other's tags come out wrong${by}, so one of them lies elsewhere or is not true to size`;
}

/** Planes seen flatter than this from above have an up that tells; between the two only together with the objects. Radians. */
const TELLING_TILT = (25 * Math.PI) / 180;
const HINTING_TILT = (12 * Math.PI) / 180;
/** Nobody holds a camera this far from level, radians. */
const MOST_LEAN = (60 * Math.PI) / 180;
/** More than this chi-square no box counts against a camera: what it shows may be no thing of its kind. */
const MOST_EACH = 16;
/** A leaning plane that an own camera explains better by this much, all boxes together, is not the table's. */
const AGAINST_LEANING = 5;

/** Why a sheet does not lie on the table, by its up; null: it may. Whether the objects bear out its size and tilt is asked of all calibrations. */
export function sheetStands(
  camera: SheetCamera,
  image: ImageGeometry,
  references: readonly Reference[],
  noise: BoxNoise,
): string | null {
  if (camera.lean <= MOST_LEAN || camera.tilt <= HINTING_TILT) return null;
  if (camera.tilt > TELLING_TILT) return UPRIGHT;
  const seen = usable(image, references, noise);
  const own = seen.length < 2 ? null : cameraPosterior(seen, image);
  if (own === null) return null;
  const focal = Math.exp(own.logFocal);
  const ownHeight = own.logRange + logSine(own.v, own.tilt, focal);
  const worse = seen.map((o) => {
    const bySheet = misfit(o, camera.tilt, camera.focalPx, Math.log(camera.heightMm));
    return bySheet - misfit(o, own.tilt, focal, ownHeight);
  });
  return worse.reduce((sum, v) => sum + v, 0) > AGAINST_LEANING ? UPRIGHT : null;
}

const UPRIGHT = 'does not lie on a table: its plane stands upright, or the picture is turned';

/** Chi-square of a box against its size prior under a level camera. */
function misfit(o: ReferenceObservation, tilt: number, focalPx: number, logHeight: number): number {
  const kinds = votes(o, tilt, focalPx)?.map((v) => v.a + (v.b + v.c * logHeight) * logHeight) ?? [];
  return Math.min(MOST_EACH, ...kinds);
}
