import type { VerdictKind } from '../../contract/verdict.ts';
import { binomialCdf, missedText, recallFor } from '../class-recall.ts';
import { atLeast, atMost, byProbability, NOT_ON } from '../interval.ts';
import { label } from '../label.ts';
import { hasAttribute, wordFor } from '../select.ts';
import { shape } from '../statement.ts';
import type { ConditionContext, OperatorSpec, ResultSink } from './spec.ts';
import { likeliest } from './standing.ts';
import { insideInImage, zoneDepth, zoneWords } from './zone.ts';

/**
 * count_max and count_min: how many A are seen; in the zone where one is named, standing on B where B is named. What may
 * or may not belong to them makes the count a range.
 */
export function count(bound: 'max' | 'min'): OperatorSpec {
  const least = bound === 'min';
  return {
    name: least ? 'count_min' : 'count_max',
    shape: shape('none', 'count'),
    bound: least ? 'least' : 'most',
    type: 'placement',
    hazard: 'placement',
    title: (c, first, _, several) => {
      const value = c.value ?? 0;
      return value === 0 ? `No ${several}` : `At ${least ? 'Least' : 'Most'} ${value} ${value === 1 ? first : several}`;
    },
    canonical: (c, p) =>
      c.value === 1
        ? `there is at ${least ? 'least' : 'most'} 1 ${p.one}`
        : `there are at ${least ? 'least' : 'most'} ${c.value ?? 0} ${p.many}`,
    action: (c) => ({ type: 'alert', parameters: { [least ? 'fewer_than' : 'more_than']: c.value ?? 0 } }),
    fault: (c) => `one of too ${least ? 'few' : 'many'} (${label(c.object1)})`,
    unit: 'count',
    ends: 'outlines',
    subject: 'set',
    decidesOnNone: least,
    required: (condition) => condition.value ?? null,
    evaluate: (ctx, sink) => evaluateCount(ctx, bound, sink),
    explain(ctx, f) {
      if (f.code === 'no_zone') return `no zone ${zoneWords(ctx)} is known for this image`;
      const { sure, maybe } = members(ctx);
      const threshold = ctx.condition.value ?? 0;
      const most = sure.length + maybe.length;
      const number = maybe.length > 0 ? `${sure.length} to ${most}` : `${most}`;
      const word = wordFor(ctx.condition.object1, number !== '1');
      const kind = ctx.condition.attribute ? `${ctx.condition.attribute} ${word}` : word;
      const copula = threshold === 1 ? 'is' : 'are';
      const requirement =
        bound === 'max' ? `at most ${threshold} ${copula} allowed` : `at least ${threshold} ${copula} required`;
      const where = `${ctx.condition.object2 ? ` on a ${wordFor(ctx.condition.object2)}` : ''}${ctx.condition.zone ? ` in zone ${zoneWords(ctx)}` : ''}`;
      const seen = `${number} ${kind} ${number === '1' ? 'is' : 'are'} seen${where}; ${requirement}`;
      if (f.code === 'maybe_missed') return `${seen}; ${missedText(ctx.index, leastFound(ctx))}`;
      return `${seen}${f.kind === 'uncertain' ? '; the image cannot tell' : ''}`;
    },
  };
}

function evaluateCount(ctx: ConditionContext, bound: 'max' | 'min', sink: ResultSink): void {
  const zone = ctx.condition.zone;
  if (zone !== undefined && ctx.index.zone(zone) === null) {
    sink('not_applicable', -1, -1, Number.NaN, Number.NaN, Number.NaN, 'no_zone');
    return;
  }
  const { sure, maybe } = members(ctx);
  const threshold = ctx.condition.value ?? 0;
  const { object1, object2 } = ctx.condition;
  const [low, high] = [sure.length, sure.length + maybe.length];
  const kind = bound === 'max' ? atMost(low, high, threshold) : atLeast(low, high, threshold);
  const known = low === high;
  const margin = bound === 'max' ? threshold - high : low - threshold;
  const all = [...sure, ...maybe];
  const measured = known ? low : Number.NaN;
  const rate = recallFor(ctx.index, object1) * (object2 === undefined ? 1 : recallFor(ctx.index, object2));
  const missed = bound === 'min' && kind === 'violated' && binomialCdf(high, Math.ceil(threshold), rate) > NOT_ON;
  if (missed) sink('uncertain', all[0] ?? -1, -1, measured, Number.NaN, margin, 'maybe_missed', all);
  else sink(kind, all[0] ?? -1, -1, measured, (high - low) / 2, margin, 'measured', all);
}

/** Of what is counted and what it stands on, that which the model finds less of. */
function leastFound({ index, condition: { object1, object2 } }: ConditionContext): string {
  if (object2 === undefined) return object1;
  return recallFor(index, object2) < recallFor(index, object1) ? object2 : object1;
}

/** Who belongs to the count, and who may. */
function members(ctx: ConditionContext): { sure: number[]; maybe: number[] } {
  const sure: number[] = [];
  const maybe: number[] = [];
  for (const a of ctx.first) {
    const kind = belongs(ctx, a);
    if (kind === 'satisfied') sure.push(a);
    else if (kind === 'uncertain') maybe.push(a);
  }
  return { sure, maybe };
}

function belongs(ctx: ConditionContext, a: number): VerdictKind {
  const { index, condition } = ctx;
  const kinds: VerdictKind[] = [];
  if (condition.attribute !== undefined && hasAttribute(index.entities[a]!, condition.attribute) !== true) {
    kinds.push('uncertain');
  }
  if (condition.object2 !== undefined) kinds.push(byProbability(likeliest(ctx, a).probability));
  const zone = condition.zone === undefined ? null : index.zone(condition.zone);
  if (zone !== null) {
    const depth = zoneDepth(ctx, a, zone);
    kinds.push(
      depth === null
        ? insideInImage(index.entities[a]!, zone)
        : atLeast(depth.value - depth.half, depth.value + depth.half, 0),
    );
  }
  if (kinds.includes('violated')) return 'violated';
  return kinds.includes('uncertain') ? 'uncertain' : 'satisfied';
}
