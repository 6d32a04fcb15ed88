import { placeOne } from './place-one.ts';
import { starts } from './plan.ts';
import { type Problem, startLayout } from './problem.ts';

/** No farther than this is anything moved to keep clear of something, mm. */
export const MAX_MOVE = 300;

/** The way to a place is wanted to about this, mm. */
const ROUGHLY = 5;
const MAX_CELLS = 4000;
/** Slacks that the search for one place may compute. */
const WORK = 50_000;

/**
 * How far each body may be moved, mm: nobody wants to hear that a mug should go to the other end of the table. Where a broken rule
 * names the place it may go there, and from there as far as its other rules let it go anywhere; where no place fulfils
 * that rule by itself, the table is the limit.
 */
export function reaches(problem: Problem): number[] {
  const start = startLayout(problem.bodies);
  return problem.bodies.map(({ movable, startX, startY }, body) => {
    if (!movable) return MAX_MOVE;
    const calling = problem.requirements.filter(
      (r) => !r.isMinDistance && r.bodies.includes(body) && starts(problem, r),
    );
    if (calling.length === 0) return MAX_MOVE;
    const goals = calling.map((requirement) => ({ requirement, withMargin: true, extra: 0 }));
    const limited = { ...problem, work: { left: WORK } };
    const { placed } = placeOne(limited, start, body, goals, {
      obstacles: () => false,
      tolerance: ROUGHLY,
      maxCells: MAX_CELLS,
    });
    if (placed === null) return Number.POSITIVE_INFINITY;
    return MAX_MOVE + Math.hypot(placed.x - startX, placed.y - startY);
  });
}
