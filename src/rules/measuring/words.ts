import { measuredText, requiredLength } from '../interval.ts';
import type { ConditionContext, PairResult } from './spec.ts';

/** How to get millimetres: part of every reason that lacks them. */
export const HOW_TO_MM =
  'give mm_per_pixel, four table points or a sheet of known size, or show an object of known size';

export const TOO_CLOSE_TO_TELL = 'the measuring error is too large to tell';

export function nameOf(ctx: ConditionContext, entity: number): string {
  return ctx.index.names[entity] ?? 'nothing';
}

/** Why there is no length in mm between the objects of a finding. */
export function noMillimetres(ctx: ConditionContext): string {
  return ctx.index.calibrated
    ? 'its place on the table could not be measured'
    : `millimetres are unknown: ${HOW_TO_MM}`;
}

/** "98 ± 12 mm", then what is required, then whether that can be told. */
export function compared(result: PairResult, requirement: string): string {
  const tail = result.kind === 'uncertain' && !result.unseen ? `; ${TOO_CLOSE_TO_TELL}` : '';
  return `${requirement}${tail}`;
}

export const lengthOf = (ctx: ConditionContext, { measured, half }: Pick<PairResult, 'measured' | 'half'>): string =>
  measuredText(measured, half, ctx.units);

/** A length of the condition, mm. */
export const requiredOf = (ctx: ConditionContext, mm: number): string => requiredLength(mm, ctx.units);

/** "mug-1, mug-2 and 3 more". */
export function listed(ctx: ConditionContext, members: readonly number[]): string {
  const names = members.slice(0, 4).map((m) => nameOf(ctx, m));
  const rest = members.length - names.length;
  if (rest > 0) return `${names.join(', ')} and ${rest} more`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
