import { checkpoint } from '../../checkpoint.ts';
import type { Point } from '../../scene/types.ts';
import { Heap } from './heap.ts';

/**
 * One requirement on a position: it holds where `slack(x, y) >= 0`. `lipschitz` bounds how fast the slack may change
 * per unit of displacement; a proof that no position exists is only as good as this bound, so `exact` is false where it
 * is an estimate.
 */
export interface Term {
  slack(x: number, y: number): number;
  readonly lipschitz: number;
  readonly exact: boolean;
  /** Work that one slack takes; 1 unless said. */
  readonly price?: number;
}

/** What a position costs; `lipschitz` as above. Never negative. */
export interface Cost {
  at(x: number, y: number): number;
  readonly lipschitz: number;
  /** Part of the cost: displacement from here, times `weight`. Bounds a cell better than its centre alone. */
  readonly from?: { readonly x: number; readonly y: number; readonly weight: number };
}

export interface SearchArea {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

export interface SearchOptions {
  /** The answer's cost is at most this much above the least one, unless `exhausted`. */
  readonly tolerance: number;
  /** Cells smaller than this are not divided further. */
  readonly minCell: number;
  readonly maxCells: number;
  /** Shared by many searches: how many slacks may still be computed. Counted instead of a clock. */
  readonly work?: Work;
}

export interface Work {
  left: number;
}

export interface SearchResult {
  readonly point: Point | null;
  readonly cost: number;
  /**
   * True when the bounds prove the answer: no cheaper position (within twice the tolerance), or with `point: null` no
   * position at all.
   */
  readonly proven: boolean;
  readonly cells: number;
}

interface Cell {
  readonly x: number;
  readonly y: number;
  /** Half the side. */
  readonly half: number;
  /** Terms that may still fail somewhere in the cell. */
  readonly active: Term[];
}

/**
 * Cheapest position in an area under all terms: best-first branch and bound over square cells. A cell is dropped when
 * one term is negative in all of it, or when all of it costs more than the best position so far; a term is dropped from
 * a cell when it holds in all of it. Deterministic: no clock, no chance.
 */
export function search(terms: readonly Term[], cost: Cost, area: SearchArea, options: SearchOptions): SearchResult {
  const { tolerance, minCell, maxCells } = options;
  let best = Number.POSITIVE_INFINITY;
  let point: Point | null = null;
  let cells = 0;
  let complete = terms.every((term) => term.exact);
  /** Least bound of the cells that were too small to divide: neither a position nor a proof. */
  let undecided = Number.POSITIVE_INFINITY;
  const heap = new Heap<Cell>();
  const work = options.work ?? { left: Number.POSITIVE_INFINITY };

  const { from } = cost;
  const away = (x: number, y: number, half: number): number => {
    if (from === undefined) return 0;
    const dx = Math.max(0, Math.abs(x - from.x) - half);
    const dy = Math.max(0, Math.abs(y - from.y) - half);
    return from.weight * Math.sqrt(dx * dx + dy * dy);
  };
  const visit = (x: number, y: number, half: number, inherited: Term[]): void => {
    cells++;
    checkpoint();
    const radius = half * Math.SQRT2;
    let bound = away(x, y, half);
    if (bound >= best - tolerance) return;
    let active = 0;
    let holds = true;
    for (let i = 0; i < inherited.length; i++) {
      const term = inherited[i]!;
      work.left -= term.price ?? 1;
      const slack = term.slack(x, y);
      const reach = term.lipschitz * radius;
      if (slack + reach < 0) {
        // What rules out one cell most likely rules out the next: it is asked first there.
        inherited[i] = inherited[0]!;
        inherited[0] = term;
        return;
      }
      if (slack < reach) scratch[active++] = term;
      if (slack < 0) holds = false;
    }
    const centreCost = cost.at(x, y);
    bound = Math.max(bound, centreCost - cost.lipschitz * radius);
    if (bound >= best - tolerance) return;
    if (holds && centreCost < best) {
      best = centreCost;
      point = { x, y };
      if (bound >= best - tolerance) return;
    }
    if (half < minCell) {
      undecided = Math.min(undecided, bound);
      return;
    }
    // Where all may still fail, the order of the list is all that cells share.
    heap.push(bound, { x, y, half, active: active === inherited.length ? inherited : scratch.slice(0, active) });
  };

  if (work.left <= 0) complete = false;
  else {
    const all = [...terms];
    for (const root of roots(area)) visit(root.x, root.y, root.half, all);
  }
  for (let next = heap.pop(); next !== undefined; next = heap.pop()) {
    if (next.key >= best - tolerance) break;
    if (cells >= maxCells || work.left <= 0) {
      complete = false;
      break;
    }
    const { x, y, half, active } = next.value;
    const h = half / 2;
    visit(x - h, y - h, h, active);
    visit(x + h, y - h, h, active);
    visit(x - h, y + h, h, active);
    visit(x + h, y + h, h, active);
  }
  const proven = complete && (undecided === Number.POSITIVE_INFINITY || undecided >= best - 2 * tolerance);
  return { point, cost: point === null ? Number.POSITIVE_INFINITY : best, proven, cells };
}

/** Reused by every cell, most of which are dropped. */
const scratch: Term[] = [];

/** Square cells that cover the area. */
function roots(area: SearchArea): { x: number; y: number; half: number }[] {
  const width = area.maxX - area.minX;
  const height = area.maxY - area.minY;
  if (!(width >= 0 && height >= 0)) return [];
  const side = Math.max(Math.min(width, height), Math.max(width, height) / 8, 1e-6);
  const out: { x: number; y: number; half: number }[] = [];
  for (let y = area.minY; y < area.maxY || y === area.minY; y += side)
    for (let x = area.minX; x < area.maxX || x === area.minX; x += side)
      out.push({ x: x + side / 2, y: y + side / 2, half: side / 2 });
  return out;
}
