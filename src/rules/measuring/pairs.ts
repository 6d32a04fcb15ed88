import type { Case } from './spec.ts';

const families = new WeakMap<readonly number[], WeakMap<readonly number[], Int32Array>>();

/**
 * The pairs that "every A … every B" speaks of, as a, b, a, b, …: nothing with itself, and where both selectors mean
 * both things, once. Kept as long as the selections, which belong to one scene.
 */
export function pairsOf(first: readonly number[], second: readonly number[]): Int32Array {
  let bySecond = families.get(first);
  if (bySecond === undefined) {
    bySecond = new WeakMap();
    families.set(first, bySecond);
  }
  let pairs = bySecond.get(second);
  if (pairs === undefined) {
    pairs = makePairs(first, second);
    bySecond.set(second, pairs);
  }
  return pairs;
}

function makePairs(first: readonly number[], second: readonly number[]): Int32Array {
  const most = Math.max(first.at(-1) ?? 0, second.at(-1) ?? 0) + 1;
  const inFirst = new Uint8Array(most);
  const inSecond = new Uint8Array(most);
  for (const a of first) inFirst[a] = 1;
  for (const b of second) inSecond[b] = 1;
  const out = new Int32Array(2 * first.length * second.length);
  let n = 0;
  for (const a of first) {
    const both = inSecond[a] === 1;
    for (const b of second) {
      if (a === b || (both && a > b && inFirst[b] === 1)) continue;
      out[n++] = a;
      out[n++] = b;
    }
  }
  return out.subarray(0, n);
}

/** For one-way relations such as left of: both directions of a pair are told apart. */
export function eachOrderedPair(on: Case, visit: (a: number, b: number) => void): void {
  for (const a of on.first) for (const b of on.second) if (a !== b) visit(a, b);
}

/** Things of both selectors, each once. */
export function union(on: Case): readonly number[] {
  if (on.condition.object2 === undefined || on.first === on.second) return on.first;
  return [...new Set([...on.first, ...on.second])];
}
