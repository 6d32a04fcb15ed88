import type { Layout } from '../solver/problem.ts';

/** A slack that no position resolves: something could not be measured. */
export const NOWHERE = -1e6;

/** How well one statement holds in a layout, without the rule's name. See `Requirement` for the meanings. */
export interface Measured {
  pointEstimate(layout: Layout): number;
  lowerBound90(layout: Layout): number;
  readonly isMinDistance: boolean;
  /** A largest distance between two things; false unless said. */
  readonly isMaxDistance?: boolean;
  readonly relative: boolean;
  readonly exact: boolean;
  /** 1 unless said. */
  readonly lipschitz?: number;
  /** Statements of one family about the same objects have the same margin everywhere. */
  readonly family?: string;
}

/** Holds where one of the two does. */
export function either(a: Measured, b: Measured): Measured {
  return {
    pointEstimate: (layout) => Math.max(a.pointEstimate(layout), b.pointEstimate(layout)),
    lowerBound90: (layout) => Math.max(a.lowerBound90(layout), b.lowerBound90(layout)),
    isMinDistance: a.isMinDistance && b.isMinDistance,
    relative: a.relative && b.relative,
    exact: a.exact && b.exact,
    lipschitz: Math.max(a.lipschitz ?? 1, b.lipschitz ?? 1),
  };
}
