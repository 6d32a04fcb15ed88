import { homographyOf } from '../../scene/calibration/dlt.ts';
import { isWhite, TAG_CODES, TAG_SIDE } from '../../scene/markers/sheet.ts';
import { apply } from '../../scene/math/mat3.ts';
import type { Point } from '../../scene/types.ts';
import { type Grey, greyAt } from './grey.ts';

/** Modules that may be read wrongly of a tag that nothing else speaks for, of one that its sheet lets expect, and of a border. */
const MAX_WRONG = 1;
const MAX_WRONG_EXPECTED = 4;
const MAX_WRONG_BORDER = 3;
/** Of seven places on the paper along each side. */
const MAX_DARK_AROUND = 3;
/**
 * Of nine places in each module so many must be as printed: a quad whose side was hidden by a fourteenth shows 95 % at most, a whole
 * one more in 95 of 100 tags on rendered desks. Blurred ones show less, and need another tag that vouches for them.
 */
const SURELY_ALIKE = 0.955;
const LEAST_ALIKE = 0.88;
/** White paper around the tag is this much brighter than its border, steps of 255. */
const MIN_CONTRAST = 18;

export interface ReadCode {
  readonly id: number;
  readonly mirrored: boolean;
  /** Index of the quad's corner that is the upper left one as printed. */
  readonly turn: number;
  /** Its whole border was seen: no other tag need vouch for it. */
  readonly sure: boolean;
}

/** One way in which a code may lie in a quad. */
interface Pose extends Omit<ReadCode, 'sure'> {
  readonly white: readonly boolean[];
}

const POSES: readonly Pose[] = TAG_CODES.flatMap((_, id) =>
  [false, true].flatMap((mirrored) =>
    [0, 1, 2, 3].map((turn): Pose => {
      const white = Array.from({ length: TAG_SIDE * TAG_SIDE }, (_, i) => {
        let [row, column] = [Math.floor(i / TAG_SIDE), i % TAG_SIDE];
        const last = TAG_SIDE - 1;
        // Quarter turns back to where the printed upper left corner comes first.
        for (let k = 0; k < turn; k++) [row, column] = [last - column, row];
        return isWhite(id, row, mirrored ? last - column : column);
      });
      return { id, mirrored, turn, white };
    }),
  ),
);

/** A module's place and its distance from the middle, modules. */
const MODULES = Array.from({ length: TAG_SIDE * TAG_SIDE }, (_, i) => {
  const [row, column] = [Math.floor(i / TAG_SIDE), i % TAG_SIDE];
  const border = row === 0 || column === 0 || row === TAG_SIDE - 1 || column === TAG_SIDE - 1;
  return { x: column + 0.5, y: row + 0.5, border };
});
/** From a module's middle. */
const NINE = [-0.3, 0, 0.3];
/** Places on the paper around the tag. */
const AROUND: readonly Point[] = Array.from({ length: TAG_SIDE }, (_, i) => i + 0.5).flatMap((v) => [
  { x: v, y: -0.5 },
  { x: v, y: TAG_SIDE + 0.5 },
  { x: -0.5, y: v },
  { x: TAG_SIDE + 0.5, y: v },
]);
const UNIT: readonly Point[] = [
  { x: 0, y: 0 },
  { x: TAG_SIDE, y: 0 },
  { x: TAG_SIDE, y: TAG_SIDE },
  { x: 0, y: TAG_SIDE },
];

/** Reads the code in a quad of four corners, clockwise on the screen; null: none of ours. `expected`: the one that its sheet has there. */
export function readCode(grey: Grey, corners: readonly Point[], expected?: Omit<ReadCode, 'sure'>): ReadCode | null {
  const H = homographyOf(UNIT, corners);
  if (H === null) return null;
  const at = (x: number, y: number) => {
    const p = apply(H, { x, y });
    return greyAt(grey, p.x, p.y);
  };
  const values = MODULES.map(({ x, y }) => {
    return 0.4 * at(x, y) + 0.15 * (at(x - 0.2, y) + at(x + 0.2, y) + at(x, y - 0.2) + at(x, y + 0.2));
  });
  const black = levels(
    MODULES.filter((m) => m.border),
    values.filter((_, i) => MODULES[i]!.border),
  );
  const white = levels(
    AROUND,
    AROUND.map(({ x, y }) => at(x, y)),
  );
  const limit = ({ x, y }: Point) => (black(x, y) + white(x, y)) / 2;
  const middle = { x: TAG_SIDE / 2, y: TAG_SIDE / 2 };
  if (white(middle.x, middle.y) - black(middle.x, middle.y) < MIN_CONTRAST) return null;
  const seen = MODULES.map((m, i) => values[i]! > limit(m));
  const border = MODULES.filter((m, i) => m.border && seen[i]).length;
  if (border > MAX_WRONG_BORDER) return null;
  const dark = AROUND.map((p) => (at(p.x, p.y) < limit(p) ? 1 : 0));
  // Something that lies over the border of a side would be taken for that side.
  if ([0, 1, 2, 3].some((side) => dark.filter((d, i) => i % 4 === side && d === 1).length > MAX_DARK_AROUND))
    return null;
  const wrong = (pose: Pose) => pose.white.reduce((n, w, i) => n + (!MODULES[i]!.border && w !== seen[i] ? 1 : 0), 0);
  const alike = (pose: Pose) => {
    let n = 0;
    for (const [i, { x, y }] of MODULES.entries()) {
      for (const dx of NINE) for (const dy of NINE) if (at(x + dx, y + dy) > limit({ x, y }) === pose.white[i]) n++;
    }
    return n / (NINE.length ** 2 * MODULES.length);
  };
  if (expected) {
    const same = ({ id, mirrored, turn }: Pose) =>
      id === expected.id && mirrored === expected.mirrored && turn === expected.turn;
    const pose = POSES.find(same)!;
    return wrong(pose) <= MAX_WRONG_EXPECTED && alike(pose) >= LEAST_ALIKE ? { ...expected, sure: true } : null;
  }
  const best = POSES.find((pose) => wrong(pose) <= MAX_WRONG);
  const share = best ? alike(best) : 0;
  if (best === undefined || share < LEAST_ALIKE) return null;
  return { id: best.id, mirrored: best.mirrored, turn: best.turn, sure: share >= SURELY_ALIKE };
}

/** A level that rises evenly over the tag: least squares of a plane without what lies far off it. */
function levels(places: readonly Point[], values: readonly number[]): (x: number, y: number) => number {
  const middle = values.toSorted((a, b) => a - b)[values.length >> 1]!;
  const spread = values.map((v) => Math.abs(v - middle)).toSorted((a, b) => a - b)[values.length >> 1]!;
  const kept = places
    .map((p, i) => ({ ...p, v: values[i]! }))
    .filter(({ v }) => Math.abs(v - middle) <= 3 * spread + 4);
  const n = kept.length;
  const c = TAG_SIDE / 2;
  // Places lie evenly around the middle, so that the slopes are nearly independent.
  const mean = kept.reduce((s, p) => s + p.v, 0) / n;
  const slope = (of: (p: Point) => number) => {
    const m = kept.reduce((s, p) => s + of(p), 0) / n;
    const xx = kept.reduce((s, p) => s + (of(p) - m) ** 2, 0);
    return xx > 0 ? kept.reduce((s, p) => s + (of(p) - m) * (p.v - mean), 0) / xx : 0;
  };
  const [sx, sy] = [slope((p) => p.x), slope((p) => p.y)];
  return (x, y) => mean + sx * (x - c) + sy * (y - c);
}
