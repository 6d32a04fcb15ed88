import type { VerdictKind } from '../../contract/verdict.ts';
import type { Weights } from '../strategy.ts';
import type { Region } from './region.ts';
import type { Work } from './search.ts';
import type { Shape } from './shape.ts';

/** Centres of all bodies, by body index. */
export interface Layout {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export interface Body {
  /** Object id, or `zone:name`. */
  readonly id: string;
  readonly shape: Shape;
  /** What must stay on the table; without millimetres only the lower part of the box does. */
  readonly foot: Shape;
  /** How far `foot` must stay inside the table's border: where that is uncertain, as far as it may be off. */
  readonly inset: number;
  /** Largest standard error of where its outline ends, mm; 0 without millimetres. */
  readonly sigma: number;
  readonly startX: number;
  readonly startY: number;
  readonly movable: boolean;
  /** Flat: others may stand on it. */
  readonly flat: boolean;
}

/** One statement of one rule about some bodies. Slacks are in units of the plane; not negative: it holds. */
export interface Requirement {
  readonly ruleId: string;
  readonly priority: number;
  readonly condition: number;
  /** What the evaluation said about the scene as it is. */
  readonly before: VerdictKind;
  /** Whether it holds as measured where objects are. */
  readonly holdsAsMeasured: boolean;
  /** Body indices whose positions matter. */
  readonly bodies: readonly number[];
  /** True for minimum distances: strategies may ask for more than the rule does. */
  readonly isMinDistance: boolean;
  /** True for largest distances: a place well inside is surer, as with least ones. */
  readonly isMaxDistance: boolean;
  /** As measured. */
  pointEstimate(layout: Layout): number;
  /** With the 90 % margin. At most `pointEstimate`. */
  lowerBound90(layout: Layout): number;
  /** Work that computing `pointEstimate` and `lowerBound90` takes, counted in distances of two outlines. */
  readonly price: number;
  readonly lowerBoundPrice: number;
  /** About `pointEstimate - lowerBound90`, looked up: the margin changes little from one place to the next. */
  margin(layout: Layout): number;
  /** Bound of the change of `pointEstimate` per unit that one body moves; `exact`: it is a true bound. */
  readonly lipschitz: number;
  readonly exact: boolean;
  /** The same for `lowerBound90`, as a multiple of `lipschitz`: an estimate, so searches with margins prove nothing. */
  readonly lowerBoundLipschitz: number;
  /** `pointEstimate` depends on the offset between two bodies only. */
  readonly relative: boolean;
}

export interface Vicinity {
  readonly hull: Shape;
  readonly x: number;
  readonly y: number;
  readonly reach: number;
}

/** The part of the plane that the box of an object covers in the image. */
export interface Hidden {
  /** Index of the object's body; -1 where it has none. */
  readonly body: number;
  readonly shape: Shape;
  readonly x: number;
  readonly y: number;
}

/** Free ground under an outline whose middle is at a place: not negative where all of it lies on plain table. */
export type Ground = (x: number, y: number) => number;

/** What the solver works on: outlines on a plane (table in mm, or the image in pixels) and what should hold. */
export interface Problem {
  readonly bodies: readonly Body[];
  readonly table: Region;
  /** Where objects stand, when nobody marked the table: nothing goes farther from it than its reach. */
  readonly vicinity: Vicinity | null;
  /** Where the image shows something that is no table: nothing moved may end there. */
  readonly hidden?: readonly Hidden[];
  /** By body: how far its outline may grow before it meets something that the image does not show as plain table; absent: no image. */
  readonly ground?: (body: number) => Ground | null;
  /** How far each body may be moved, by its index; absent: as far as there is table. */
  readonly reach?: readonly number[];
  /** Standard error of a marked table's border, mm; absent: nobody marked it. */
  readonly borderSigma?: number;
  /** Relative standard error of lengths on the plane: how much less is known of where a longer way ends; absent: none. */
  readonly scaleSigma?: number;
  /** Pairs `a b` of body indices of which a rule wants one on the other; either may be named first. */
  readonly stacks: ReadonlySet<string>;
  readonly requirements: readonly Requirement[];
  readonly weights: Weights;
  readonly seed: number;
  /** What the search may still spend. */
  readonly work: Work;
}

/** A requirement that the solver must meet. */
export interface Goal {
  readonly requirement: Requirement;
  /** With the 90 % margin; false: as measured. */
  readonly withMargin: boolean;
  /** How much more than the rule asks for. */
  readonly extra: number;
  /** With a margin: how much more than that, as a share of it. */
  readonly extraMargin?: number;
}

/** How well a rule is to hold: as measured, with its margin, as a promise asks, with the extra clearance of the strategy. */
export type Level = 0 | 1 | 2 | 3;

/** One rule at one level in one component: kept or given up as a whole. */
export interface Unit {
  readonly ruleId: string;
  readonly priority: number;
  readonly level: Level;
  readonly goals: readonly Goal[];
}

export function slackOf({ requirement, withMargin, extra, extraMargin = 0 }: Goal, layout: Layout): number {
  if (!withMargin) return requirement.pointEstimate(layout) - extra;
  const lower = requirement.lowerBound90(layout);
  return (extraMargin > 0 ? lower - extraMargin * (requirement.pointEstimate(layout) - lower) : lower) - extra;
}

/** A remembered margin is not off by more than this, in units of the plane. */
export const DOUBT = 4;

/** Whether goals hold; exact margins cost most and are asked for where remembered ones leave a doubt. */
export function holds(problem: Problem, goals: readonly Goal[], layout: Layout): boolean {
  if (goals.some((goal) => goal.requirement.pointEstimate(layout) < goal.extra)) return false;
  return goals.every((goal) => {
    const { requirement, withMargin, extra, extraMargin = 0 } = goal;
    if (!withMargin) return true;
    const about = requirement.pointEstimate(layout) - (1 + extraMargin) * requirement.margin(layout) - extra;
    if (Math.abs(about) >= DOUBT * (1 + extraMargin)) return about > 0;
    problem.work.left -= requirement.lowerBoundPrice;
    return slackOf(goal, layout) >= 0;
  });
}

export function startLayout(bodies: readonly Body[]): Layout {
  return { x: Float64Array.from(bodies, (b) => b.startX), y: Float64Array.from(bodies, (b) => b.startY) };
}

export const copyLayout = (layout: Layout): Layout => ({ x: layout.x.slice(), y: layout.y.slice() });

export function hasMoved(problem: Problem, layout: Layout, body: number): boolean {
  const { startX, startY } = problem.bodies[body]!;
  return layout.x[body] !== startX || layout.y[body] !== startY;
}
