import type { Case } from './spec.ts';

/**
 * The pairs that "every A … every B" speaks of: nothing with itself, and where both selectors mean both things, once.
 * Selections are in ascending order.
 */
export function eachPair(
  first: readonly number[],
  second: readonly number[],
  visit: (a: number, b: number) => void,
): void {
  const inFirst = marked(first);
  const inSecond = first === second ? inFirst : marked(second);
  for (const a of first) {
    const both = inSecond[a] === true;
    for (const b of second) if (a !== b && !(both && a > b && inFirst[b] === true)) visit(a, b);
  }
}

function marked(things: readonly number[]): boolean[] {
  const marks = new Array<boolean>((things.at(-1) ?? -1) + 1).fill(false);
  for (const thing of things) marks[thing] = true;
  return marks;
}

/** The same as a, b, a, b, …. */
export function pairsOf(first: readonly number[], second: readonly number[]): number[] {
  const pairs: number[] = [];
  eachPair(first, second, (a, b) => pairs.push(a, b));
  return pairs;
}

/** For one-way relations such as left of: both directions of a pair are told apart. */
export function eachOrderedPair(on: Case, visit: (a: number, b: number) => void): void {
  for (const a of on.first) for (const b of on.second) if (a !== b) visit(a, b);
}

/** The case for the moved things of the first selector alone. */
export const movedFirst = (on: Case, moved: readonly boolean[]): Case => ({
  ...on,
  first: on.first.filter((a) => moved[a]),
});

/** For one-way relations: the case in parts that together hold every pair of which one thing moved. */
export function movedEither(on: Case, moved: readonly boolean[]): Case[] {
  const first = movedFirst(on, moved);
  const still = on.first.filter((a) => !moved[a]);
  const rest = { ...on, first: still, second: on.second.filter((b) => moved[b]) };
  return first.first.length > 0 ? [first, rest] : [rest];
}

/** Things of both selectors, each once. */
export function union(on: Case): readonly number[] {
  if (on.condition.object2 === undefined || on.first === on.second) return on.first;
  return [...new Set([...on.first, ...on.second])];
}
