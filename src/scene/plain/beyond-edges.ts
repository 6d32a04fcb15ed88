import type { EdgeLine, Point, Scene } from '../types.ts';

/**
 * How probably a place lies beyond an edge of the table, mm. Of the lines on one side of the table one at most is its edge, so they
 * share one certainty by their odds; of several sides the most probable counts.
 */
export function beyondEdges({ table }: Pick<Scene, 'table'>): (x: number, y: number) => number {
  const lines = table.lines ?? [];
  const sides = lines.map((line) => lines.flatMap((other, i) => (isSameSide(line, other) ? [i] : [])));
  const share = lines.map((line, i) => odds(line) / (1 + sum(sides[i]!.map((k) => odds(lines[k]!)))));
  return (x, y) => {
    const mine = lines.map((line, i) => (liesBeyond(line, { x, y }) ? share[i]! : 0));
    return Math.max(0, ...sides.map((side) => sum(side.map((k) => mine[k]!))));
  };
}

/** Edges of one side of a table run more alike than this. */
const SIDE = Math.cos((30 * Math.PI) / 180);
/** Odds above this certainty are not told apart. */
const SUREST = 0.995;

const liesBeyond = ({ from, inward, sigma }: EdgeLine, { x, y }: Point) =>
  (x - from.x) * inward.x + (y - from.y) * inward.y < sigma;
const isSameSide = (a: EdgeLine, b: EdgeLine) => a.inward.x * b.inward.x + a.inward.y * b.inward.y > SIDE;
const odds = ({ probability: p }: EdgeLine) => Math.min(SUREST, p) / (1 - Math.min(SUREST, p));
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
