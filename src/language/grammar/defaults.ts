import { ALIGNED_TOLERANCE } from '../../rules/operators/aligned.ts';

/** What vague words stand for, mm. Every use is listed under `assumptions` of the rule. */
export const DEFAULTS = {
  /** "away from", "not near": 15 cm is the reach of a splash from a tipped mug of usual height (about 10 cm). */
  away: 150,
  /** "far from", "well away from" */
  far: 300,
  /** "near", "close to", "next to", "beside" */
  near: 150,
  /** "not touching": less than this a picture can hardly tell from touching. */
  touching: 10,
  /** "near the edge", "away from the edge" of the table */
  edge: 50,
  /** "far from the edge" */
  farEdge: 100,
  /** Largest gap between neighbours of a group. */
  group: 100,
  /** Largest distance from the common line. */
  align: ALIGNED_TOLERANCE,
} as const;

/** Least and greatest distance that a sentence may ask for, mm. A desk is smaller than 5 m. */
export const MIN_DISTANCE = 1;
export const MAX_DISTANCE = 5000;
export const MAX_COUNT = 100;

/** Priorities of words, contract section 3: 1-3 low, 4-6 medium, 7-9 high, 10 critical. */
export const PRIORITY = { low: 2, medium: 5, high: 8, critical: 10 } as const;

/** Priorities of rules whose author named none, by what is at stake. */
export const HAZARD_PRIORITY = { electronics: 8, edge: 7, placement: 5, grouping: 3 } as const;
