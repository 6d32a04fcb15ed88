import type { VerdictKind } from '../../contract/verdict.ts';
import { requiredLength, SURELY_ON } from '../interval.ts';
import { mayBe } from '../label.ts';
import { likelyRange, likelyWords, sureWords } from '../likely-range.ts';
import { heldAt } from '../probability.ts';
import type { ConditionContext, PairResult } from './spec.ts';

/** How to get millimetres: part of every reason that lacks them. */
export const HOW_TO_MM =
  'give mm_per_pixel, four table points or a sheet of known size, or show an object of known size';

export function nameOf(ctx: ConditionContext, entity: number): string {
  return ctx.index.names[entity] ?? 'nothing';
}

/** Why there is no length in mm between the objects of a finding. */
export function noMillimetres(ctx: ConditionContext): string {
  return ctx.index.calibrated
    ? 'its place on the table could not be measured'
    : `millimetres are unknown: ${HOW_TO_MM}`;
}

/** What holds and what is wrong, as words behind "is", "are" or "may be". */
export interface States {
  readonly good: string;
  readonly bad: string;
}

/** "is too close to laptop-1 (97 % sure)", "is probably far enough from laptop-1 (70 % likely)"; `other`: what goes behind either. */
export function state(f: PairResult, { good, bad }: States, other = '', verb: 'is' | 'are' = 'is'): string {
  const seen: VerdictKind = f.unseen || f.untimed ? 'violated' : f.kind;
  const p = heldAt(f);
  if (seen === 'satisfied') return `${verb} ${good}${other}${brackets(p, sureWords)}`;
  if (seen === 'violated') return `${verb} ${bad}${other}${brackets(1 - p, sureWords)}`;
  if (p >= PROBABLY) return `${verb} probably ${good}${other}${brackets(p, likelyWords)}`;
  if (1 - p >= PROBABLY) return `${verb} probably ${bad}${other}${brackets(1 - p, likelyWords)}`;
  return `${mayBe(bad)}${other}${brackets(1 - p, likelyWords)}`;
}

const PROBABLY = 0.6;
const brackets = (p: number, words: (p: number) => string) => (Number.isNaN(p) ? '' : ` (${words(p)})`);

/** "mug-1 stands on coaster-1 (97 % sure)", "mug-1 may stand on coaster-1 (40 % likely)". */
export function standsText(upper: string, lower: string, p: number): string {
  if (p >= SURELY_ON) return `${upper} stands on ${lower} (${sureWords(p)})`;
  return `${upper} may stand on ${lower} (${likelyWords(p)})`;
}

/** The likely range of a finding's length and, in the same unit, what is required. */
export function rangeOf(
  ctx: ConditionContext,
  { measured, half }: Pick<PairResult, 'measured' | 'half'>,
  required: number,
  signed: readonly [negative: string, positive: string] | null = null,
) {
  const error = Number.isNaN(half) ? 0 : half;
  const low = signed === null ? Math.max(0, measured - error) : measured - error;
  const { range, required: told } = likelyRange(low, measured + error, required, ctx.units, signed);
  return { range, required: told ?? '' };
}

/** A length of the condition, mm. */
export const requiredOf = (ctx: ConditionContext, mm: number): string => requiredLength(mm, ctx.units);

/** "mug-1, mug-2 and 3 more". */
export function listed(ctx: ConditionContext, members: readonly number[]): string {
  const names = members.slice(0, 4).map((m) => nameOf(ctx, m));
  const rest = members.length - names.length;
  if (rest > 0) return `${names.join(', ')} and ${rest} more`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
