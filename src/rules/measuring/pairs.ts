import type { ConditionContext } from './spec.ts';

/**
 * The pairs that "every A … every B" speaks of: nothing with itself, and where both selectors mean both entities, once.
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

function marked(entities: readonly number[]): boolean[] {
  const marks = new Array<boolean>((entities.at(-1) ?? -1) + 1).fill(false);
  for (const entity of entities) marks[entity] = true;
  return marks;
}

/** The same as a, b, a, b, …. */
export function pairsOf(first: readonly number[], second: readonly number[]): number[] {
  const pairs: number[] = [];
  eachPair(first, second, (a, b) => pairs.push(a, b));
  return pairs;
}

/** For one-way relations such as left of: both directions of a pair are told apart. */
export function eachOrderedPair(ctx: ConditionContext, visit: (a: number, b: number) => void): void {
  for (const a of ctx.first) for (const b of ctx.second) if (a !== b) visit(a, b);
}

/** The case for the moved entities of the first selector alone. */
export const movedFirst = (ctx: ConditionContext, moved: readonly boolean[]): ConditionContext => ({
  ...ctx,
  first: ctx.first.filter((a) => moved[a]),
});

/** For one-way relations: the case in parts that together hold every pair of which one object moved. */
export function movedEither(ctx: ConditionContext, moved: readonly boolean[]): ConditionContext[] {
  const first = movedFirst(ctx, moved);
  const still = ctx.first.filter((a) => !moved[a]);
  const rest = { ...ctx, first: still, second: ctx.second.filter((b) => moved[b]) };
  return first.first.length > 0 ? [first, rest] : [rest];
}

/** Objects of both selectors, each once. */
export function union(ctx: ConditionContext): readonly number[] {
  if (ctx.condition.object2 === undefined || ctx.first === ctx.second) return ctx.first;
  return [...new Set([...ctx.first, ...ctx.second])];
}
