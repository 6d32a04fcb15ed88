import type { Layout } from '../solver/problem.ts';

/** A slack that no position mends: something could not be measured. */
export const NOWHERE = -1e6;

/** How well one statement holds in a layout, without the rule's name. See `Requirement` for the meanings. */
export interface Measured {
  nominal(layout: Layout): number;
  sure(layout: Layout): number;
  readonly avoids: boolean;
  readonly relative: boolean;
  readonly exact: boolean;
  /** 1 unless said. */
  readonly lipschitz?: number;
  /** Statements of one family about the same things have the same margin everywhere. */
  readonly family?: string;
}

/** Holds where one of the two does. */
export function either(a: Measured, b: Measured): Measured {
  return {
    nominal: (layout) => Math.max(a.nominal(layout), b.nominal(layout)),
    sure: (layout) => Math.max(a.sure(layout), b.sure(layout)),
    avoids: a.avoids && b.avoids,
    relative: a.relative && b.relative,
    exact: a.exact && b.exact,
    lipschitz: Math.max(a.lipschitz ?? 1, b.lipschitz ?? 1),
  };
}
