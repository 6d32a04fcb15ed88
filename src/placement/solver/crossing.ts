import type { Shift } from '../verify.ts';
import { gapBetween } from './place-one.ts';
import { type Problem, startLayout } from './problem.ts';

/** The first upright object that lies in the straight way of a move; null when the way is free. */
export function crossed(problem: Problem, { objectId, by }: Shift): string | null {
  const body = problem.bodies.findIndex((b) => b.id === objectId);
  if (body < 0) return null;
  const layout = startLayout(problem.bodies);
  const from = { x: layout.x[body]!, y: layout.y[body]! };
  const others = problem.bodies
    .map((_, i) => i)
    .filter((i) => i !== body && !problem.bodies[i]!.flat && gapBetween(problem, layout, body, i).distance > 0);
  const length = Math.hypot(by.x, by.y);
  // The free distance shrinks at most as fast as the body moves: as much as is free can be skipped.
  for (let done = 0; done < length; ) {
    layout.x[body] = from.x + (by.x * done) / length;
    layout.y[body] = from.y + (by.y * done) / length;
    let free = length;
    for (const other of others) {
      const { distance } = gapBetween(problem, layout, body, other);
      if (distance < 0) return problem.bodies[other]!.id;
      free = Math.min(free, distance);
    }
    done += Math.max(1, free);
  }
  return null;
}
