import type { Layout } from './problem.ts';

/** Side of the squares within which one margin serves, in units of the plane. */
const SQUARE = 12;
const SPAN = 1 << 20;

/**
 * A function of the layout that asks `exact` once per square of the place of one body, of the offset of two, or of the
 * places of more. Measuring errors costs far more than geometry, and they change slowly.
 */
export function remembered(bodies: readonly number[], exact: (layout: Layout) => number): (layout: Layout) => number {
  const known = new Map<number | string, number>();
  const keyOf = bodies.length > 2 ? placesOf(bodies) : offsetOf(bodies);
  return (layout) => {
    const key = keyOf(layout);
    let value = known.get(key);
    if (value === undefined) {
      value = exact(layout);
      known.set(key, value);
    }
    return value;
  };
}

const square = (value: number) => Math.round(value / SQUARE);

function offsetOf([a, b]: readonly number[]): (layout: Layout) => number {
  if (a === undefined) return () => 0;
  if (b === undefined) return ({ x, y }) => square(x[a]!) * SPAN + square(y[a]!);
  return ({ x, y }) => square(x[a]! - x[b]!) * SPAN + square(y[a]! - y[b]!);
}

const placesOf = (bodies: readonly number[]) => (layout: Layout) =>
  bodies.map((b) => `${square(layout.x[b]!)} ${square(layout.y[b]!)}`).join(' ');
