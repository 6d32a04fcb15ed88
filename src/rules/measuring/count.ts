import type { VerdictKind } from '../../contract/verdict.ts';
import { atLeast, atMost, byProbability, NOT_ON } from '../interval.ts';
import { label } from '../label.ts';
import { hasAttribute, wordFor } from '../select.ts';
import { binomialCdf, missedText, recallFor } from '../sight.ts';
import { shape } from '../statement.ts';
import type { Case, OperatorSpec, Sink } from './spec.ts';
import { likeliest } from './standing.ts';
import { insideInPicture, zoneDepth, zoneWords } from './zone.ts';

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
    title: (c, first) => `At ${least ? 'Least' : 'Most'} ${c.value ?? 0} ${first}`,
    canonical: (c, p) =>
      c.value === 1
        ? `there is at ${least ? 'least' : 'most'} 1 ${p.one}`
        : `there are at ${least ? 'least' : 'most'} ${c.value ?? 0} ${p.many}`,
    action: (c) => ({ type: 'alert', parameters: { [least ? 'fewer_than' : 'more_than']: c.value ?? 0 } }),
    fault: (c) => `one of too ${least ? 'few' : 'many'} (${label(c.object1)})`,
    unit: 'count',
    ends: 'outlines',
    subject: 'set',
    judgesNone: least,
    required: (condition) => condition.value ?? null,
    judge: (on, sink) => judgeCount(on, bound, sink),
    explain(on, f) {
      if (f.cause === 'no_zone') return `no zone ${zoneWords(on)} is known for this image`;
      const { sure, maybe } = members(on);
      const threshold = on.condition.value ?? 0;
      const most = sure.length + maybe.length;
      const number = maybe.length > 0 ? `${sure.length} to ${most}` : `${most}`;
      const word = wordFor(on.condition.object1, number !== '1');
      const kind = on.condition.attribute ? `${on.condition.attribute} ${word}` : word;
      const copula = threshold === 1 ? 'is' : 'are';
      const requirement =
        bound === 'max' ? `at most ${threshold} ${copula} allowed` : `at least ${threshold} ${copula} required`;
      const where = `${on.condition.object2 ? ` on a ${wordFor(on.condition.object2)}` : ''}${on.condition.zone ? ` in zone ${zoneWords(on)}` : ''}`;
      const seen = `${number} ${kind} ${number === '1' ? 'is' : 'are'} seen${where}; ${requirement}`;
      if (f.cause === 'maybe_missed') return `${seen}; ${missedText(on.index, leastFound(on))}`;
      return `${seen}${f.kind === 'uncertain' ? '; the image cannot tell' : ''}`;
    },
  };
}

function judgeCount(on: Case, bound: 'max' | 'min', sink: Sink): void {
  const zone = on.condition.zone;
  if (zone !== undefined && on.index.zone(zone) === null) {
    sink('not_applicable', -1, -1, Number.NaN, Number.NaN, Number.NaN, 'no_zone');
    return;
  }
  const { sure, maybe } = members(on);
  const threshold = on.condition.value ?? 0;
  const { object1, object2 } = on.condition;
  const [low, high] = [sure.length, sure.length + maybe.length];
  const kind = bound === 'max' ? atMost(low, high, threshold) : atLeast(low, high, threshold);
  const known = low === high;
  const margin = bound === 'max' ? threshold - high : low - threshold;
  const all = [...sure, ...maybe];
  const measured = known ? low : Number.NaN;
  const rate = recallFor(on.index, object1) * (object2 === undefined ? 1 : recallFor(on.index, object2));
  const missed = bound === 'min' && kind === 'violated' && binomialCdf(high, Math.ceil(threshold), rate) > NOT_ON;
  if (missed) sink('uncertain', all[0] ?? -1, -1, measured, Number.NaN, margin, 'maybe_missed', all);
  else sink(kind, all[0] ?? -1, -1, measured, (high - low) / 2, margin, 'measured', all);
}

/** Of what is counted and what it stands on, that which the model finds less of. */
function leastFound({ index, condition: { object1, object2 } }: Case): string {
  if (object2 === undefined) return object1;
  return recallFor(index, object2) < recallFor(index, object1) ? object2 : object1;
}

/** Who belongs to the count, and who may. */
function members(on: Case): { sure: number[]; maybe: number[] } {
  const sure: number[] = [];
  const maybe: number[] = [];
  for (const a of on.first) {
    const kind = belongs(on, a);
    if (kind === 'satisfied') sure.push(a);
    else if (kind === 'uncertain') maybe.push(a);
  }
  return { sure, maybe };
}

function belongs(on: Case, a: number): VerdictKind {
  const { index, condition } = on;
  const kinds: VerdictKind[] = [];
  if (condition.attribute !== undefined && hasAttribute(index.things[a]!, condition.attribute) !== true) {
    kinds.push('uncertain');
  }
  if (condition.object2 !== undefined) kinds.push(byProbability(likeliest(on, a).probability));
  const zone = condition.zone === undefined ? null : index.zone(condition.zone);
  if (zone !== null) {
    const depth = zoneDepth(on, a, zone);
    kinds.push(
      depth === null
        ? insideInPicture(index.things[a]!, zone)
        : atLeast(depth.value - depth.half, depth.value + depth.half, 0),
    );
  }
  if (kinds.includes('violated')) return 'violated';
  return kinds.includes('uncertain') ? 'uncertain' : 'satisfied';
}
