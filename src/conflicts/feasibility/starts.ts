import { random, shuffled } from '../../placement/solver/random.ts';
import { DESK, type Standing } from './desk.ts';
import { halfExtent, typicalBase } from './typical-size.ts';

const GAPS = [40, 15, 5];

/** Orders in which things are laid out before the solver moves them. */
const SHUFFLES = 2;

/** Where things may stand to begin with: in rows, side by side, in a few orders. Empty when there is no room for all. */
export function startsOf(things: readonly string[]): Standing[][] {
  const chance = random(7);
  const orders = [things, things.toReversed(), ...Array.from({ length: SHUFFLES }, () => shuffled(things, chance))];
  const seen = new Set<string>();
  return orders.flatMap((order) => {
    const key = order.join(' ');
    if (seen.has(key)) return [];
    seen.add(key);
    for (const gap of GAPS) {
      const rows = inRows(order, gap);
      if (rows !== null) return [rows];
    }
    return [];
  });
}

/** From the left to the right, row after row from the back; null when the desk is too small. */
function inRows(order: readonly string[], gap: number): Standing[] | null {
  const out: Standing[] = [];
  let [left, top, depth] = [gap, gap, 0];
  for (const name of order) {
    const [w, h] = halfExtent(typicalBase(name));
    if (left + 2 * w + gap > DESK.width) {
      top += depth + gap;
      left = gap;
      depth = 0;
    }
    if (left + 2 * w + gap > DESK.width || top + 2 * h + gap > DESK.depth) return null;
    out.push({ class: name, x: Math.round(left + w), y: Math.round(top + h) });
    left += 2 * w + gap;
    depth = Math.max(depth, 2 * h);
  }
  return out;
}
