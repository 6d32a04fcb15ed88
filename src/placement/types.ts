import type { ImageGradient } from '../contract/image-gradient.ts';
import type { UnitSystem } from '../contract/length-unit.ts';
import type { Strategy } from '../contract/strategy.ts';
import type { VerdictKind } from '../contract/verdict.ts';
import type { Point } from '../scene/types.ts';
import type { Sight } from './solver/ground.ts';

export interface PlacementOptions {
  readonly strategy: Strategy;
  /** Classes that may be moved; mugs only by default. */
  readonly movable: readonly string[];
  readonly seed: number;
  /** Of the sentences. */
  readonly units: UnitSystem;
  /** Of the image, to see which places are free; null: only what was detected is known. */
  readonly gradient: ImageGradient | null;
}

/** One object's displacement. `type` is the dominant image axis. */
export interface Move {
  readonly objectId: string;
  readonly type: 'move_left' | 'move_right' | 'move_up' | 'move_down';
  /** Null without calibration: then the move is known in pixels only. */
  readonly distanceMm: number | null;
  readonly vectorMm: Point | null;
  readonly vectorPx: Point;
  /** Where the box centre goes, pixels. */
  readonly toPx: Point;
  readonly reason: string;
  /** Id of an object in the straight way: the moved one has to be lifted over it. */
  readonly liftOver?: string;
  /** What does not surely hold after the move, in words; absent when it is verified. */
  readonly remains?: string;
  /** In few words: of a verified move what stays undecided, of another what does not surely hold or is to be checked. */
  readonly unverified?: string;
  /** The way to the nearest place where the broken rules surely hold, where that lies farther than anything goes unasked. */
  readonly fartherMm?: Point;
  /** Rules that this move resolves. */
  readonly ruleIds: readonly string[];
  /**
   * On the moved scene the rules that it mends surely hold, nothing is likelier to be broken than before, and the image, where
   * there is one, shows plain table there.
   */
  readonly verified: boolean;
  /** What the image shows where it goes: plain table, or `unclear`; `unseen`: there was no image to look at; absent in analyses of before. */
  readonly sight?: Sight;
  readonly changes: readonly {
    readonly ruleId: string;
    readonly objects: readonly string[];
    readonly before: VerdictKind;
    readonly after: VerdictKind;
  }[];
}

export interface Placement {
  readonly moves: readonly Move[];
  /** Product over violated verdicts of (1 - priority/10 * shortfall/required), 0..1; null when no rule applied. */
  readonly safetyScore: number | null;
  /** The smallest set of rules that cannot hold together, when the solver finds none better. */
  readonly infeasible: { readonly ruleIds: readonly string[]; readonly explanation: string } | null;
  readonly strategy: Strategy;
}
