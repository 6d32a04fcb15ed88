import type { Condition } from '../../contract/rule.ts';
import { random, shuffled } from '../../placement/solver/random.ts';
import { DESK, type Standing } from './desk.ts';
import { type Block, single, stackedBlocks } from './stacked.ts';

const GAPS = [40, 15, 5];

/** Orders in which objects are laid out before the solver moves them. */
const SHUFFLES = 2;

/**
 * Where objects may stand to begin with: on what the rules want them on, and in rows, side by side, in a few orders. Empty
 * when there is no room for all.
 */
export function startsOf(objects: readonly string[], conditions: readonly Condition[] = []): Standing[][] {
  const chance = random(7);
  const orders = [objects, objects.toReversed(), ...Array.from({ length: SHUFFLES }, () => shuffled(objects, chance))];
  const rows = new Map(orders.map((order) => [order.join(' '), order]));
  const stacked = stackedBlocks(objects, conditions);
  return [
    ...(stacked === null ? [] : [laidOut(objects, stacked)]),
    ...[...rows.values()].map((order) =>
      laidOut(
        order,
        order.map((_, i) => single(order, i)),
      ),
    ),
  ].filter((start) => start !== null);
}

/** As far apart as there is room. */
function laidOut(objects: readonly string[], blocks: readonly Block[]): Standing[] | null {
  for (const gap of GAPS) {
    const rows = inRows(objects, blocks, gap);
    if (rows !== null) return rows;
  }
  return null;
}

/** From the left to the right, row after row from the back; null when the desk is too small. */
function inRows(objects: readonly string[], blocks: readonly Block[], gap: number): Standing[] | null {
  const out: Standing[] = objects.map((name) => ({ class: name, x: 0, y: 0 }));
  let [left, top, depth] = [gap, gap, 0];
  for (const { half, members } of blocks) {
    const [w, h] = half;
    if (left + 2 * w + gap > DESK.width) {
      top += depth + gap;
      left = gap;
      depth = 0;
    }
    if (left + 2 * w + gap > DESK.width || top + 2 * h + gap > DESK.depth) return null;
    const [x, y] = [Math.round(left + w), Math.round(top + h)];
    for (const { object, dx, dy } of members) out[object] = { class: objects[object]!, x: x + dx, y: y + dy };
    left += 2 * w + gap;
    depth = Math.max(depth, 2 * h);
  }
  return out;
}
