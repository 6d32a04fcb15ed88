import type { Strategy } from '../contract/strategy.ts';

/** What a strategy wants besides the rules. All lengths in units of the plane: mm, or pixels without calibration. */
export interface Weights {
  /** Uncertain verdicts of at least this priority start a move of their own; 11: none does. */
  readonly fixUncertainFromPriority: number;
  /** Also those that hold as measured, for the sake of the margin alone. */
  readonly fixUncertain: boolean;
  /**
   * `priority`: a rule holds with its error margin before a less urgent rule counts at all. `rules`: first every rule
   * holds as measured, then the margins are added by priority.
   */
  readonly order: 'priority' | 'rules';
  /** Clearance wanted beyond every minimum distance, by priority and where there is room. */
  readonly extraClearance: number;
  /**
   * So much more than the 90 % margin, as a share of it, is wanted of distances where there is room: who moves the
   * object and measures again meets new errors, and a place that just suffices would be `uncertain` half of the time.
   */
  readonly extraMargin: number;
  /** Price of a moved object, in units of displacement. */
  readonly perObject: number;
  /** Price per unit of being out of line with the nearest row or column of other objects, up to `alignReach`. */
  readonly alignWeight: number;
  readonly alignReach: number;
}

/** What it is worth when moved objects are measured anew: docs/placement.md, "Measured again". */
const REMEASURED = 1;
/** The least that is surely enough to be promised: 1.2 half widths of the 90 % interval are 97.2 %. */
export const PROMISED_MARGIN = 0.2;

/** Displacement costs 1 per unit in every strategy. */
export const WEIGHTS: Readonly<Record<Strategy, Weights>> = {
  safety_first: {
    fixUncertainFromPriority: 1,
    fixUncertain: true,
    order: 'priority',
    extraClearance: 25,
    extraMargin: REMEASURED,
    perObject: 0,
    alignWeight: 0,
    alignReach: 0,
  },
  balanced: {
    fixUncertainFromPriority: 11,
    fixUncertain: false,
    order: 'rules',
    extraClearance: 0,
    extraMargin: REMEASURED,
    perObject: 20,
    alignWeight: 0,
    alignReach: 0,
  },
  efficiency: {
    fixUncertainFromPriority: 11,
    fixUncertain: false,
    order: 'rules',
    extraClearance: 0,
    extraMargin: PROMISED_MARGIN,
    perObject: 100,
    alignWeight: 0,
    alignReach: 0,
  },
  aesthetic: {
    fixUncertainFromPriority: 11,
    fixUncertain: false,
    order: 'rules',
    extraClearance: 0,
    extraMargin: REMEASURED,
    perObject: 0,
    alignWeight: 0.5,
    alignReach: 80,
  },
};
