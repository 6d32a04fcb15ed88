import { nounOf } from '../../contract/objects.ts';
import type { Condition, Operator } from '../../contract/rule.ts';
import { DEFAULTS } from './defaults.ts';
import type { NounPhrase } from './noun-phrase.ts';
import { type Meaning, pairs } from './pairs.ts';
import type { Bound, Predicate, Target } from './predicate-types.ts';
import { ask, Refusal } from './refusal.ts';

type DistancePredicate = Extract<Predicate, { kind: 'distance' }>;
type VaguePredicate = Extract<Predicate, { kind: 'vague' }>;

/** A length with its bound after negation. */
interface Limit {
  readonly bound: 'min' | 'max';
  readonly mm: number;
}

export function distanceConditions(subject: NounPhrase, p: DistancePredicate, negated: boolean): Meaning {
  const assumptions: string[] = [];
  const limits = p.bounds.map((b) => limitOf(b, p, negated, assumptions));
  for (const b of p.bounds) {
    if (b.hedged && b.comparison !== null) assumptions.push(`"about" was left out: exactly ${b.mm} mm is the limit`);
  }
  const [low, high] = [limits.find((l) => l.bound === 'min'), limits.find((l) => l.bound === 'max')];
  if (limits.length > 1 && (low === undefined || high === undefined)) {
    throw new Refusal('Two limits of the same kind.', [p.span]);
  }
  if (low !== undefined && high !== undefined && low.mm >= high.mm) {
    throw new Refusal('The least distance is larger than the greatest.', [p.span]);
  }
  const reference = p.reference === undefined ? {} : { reference: p.reference };
  return {
    conditions: limits.flatMap((l) => limitConditions(subject, p.target, l, reference, p.span)),
    assumptions: [
      ...assumptions,
      ...apartAssumption(subject, p.target),
      ...(high === undefined ? [] : everyAssumption(p.target)),
    ],
  };
}

/** "within 10 cm of coasters" */
function everyAssumption({ objects }: Target): string[] {
  if (objects === null || objects.every || objects.items.length > 1 || !objects.plural) return [];
  return [`the greatest distance holds for every ${nounOf(objects.items[0]!.object).one}, not only the nearest`];
}

function limitOf(b: Bound, p: DistancePredicate, negated: boolean, assumptions: string[]): Limit {
  const comparison = b.comparison;
  if (comparison === null) {
    if (negated) throw ask('Should the distance be smaller, or should there be no such rule?', [p.span]);
    assumptions.push(`"${p.said}" was read as at least ${b.mm} mm`);
    return { bound: 'min', mm: b.mm };
  }
  if (!negated) return { bound: comparison.bound, mm: b.mm };
  // "must not be less than 10 cm and not more than 30 cm": the second has a "not" of its own.
  const [first, second] = p.bounds;
  const own = second?.comparison?.negative === true && first?.comparison?.flips === true && !p.not;
  if (own && b === second) return { bound: comparison.bound, mm: b.mm };
  if (!comparison.flips || (p.bounds.length > 1 && !own)) {
    throw ask('Should the distance be the opposite, or should there be no such rule?', [p.span]);
  }
  return { bound: comparison.bound === 'min' ? 'max' : 'min', mm: b.mm };
}

function limitConditions(
  subject: NounPhrase,
  target: Target,
  limit: Limit,
  reference: Partial<Condition>,
  span: readonly [number, number],
): Condition[] {
  const operator: Operator = limit.bound === 'min' ? 'min_distance' : 'max_distance';
  const extra = { value: limit.mm, unit: 'mm' as const, ...reference };
  const out: Condition[] = [];
  if (target.eachOther) out.push(...eachOther(subject, operator, extra, span));
  if (target.objects !== null) out.push(...pairs(subject, target.objects, operator, extra));
  if (target.edge) {
    if (limit.bound === 'max') throw new Refusal('No operator keeps things near the edge.', [span]);
    if (reference.reference !== undefined) throw new Refusal('The edge distance has no centre.', [span]);
    out.push(...edgeConditions(subject, limit.mm));
  }
  return out;
}

function edgeConditions(subject: NounPhrase, mm: number): Condition[] {
  return subject.items.map((i) => ({
    object1: i.object,
    object2: 'table',
    operator: 'min_edge_distance',
    value: mm,
    unit: 'mm',
    ...(i.attribute !== undefined && { attribute: i.attribute }),
  }));
}

/** "10 cm apart": one kind among itself, or two kinds from each other. */
function eachOther(
  subject: NounPhrase,
  operator: Operator,
  extra: Partial<Condition>,
  span: readonly [number, number],
): Condition[] {
  const [a, b] = subject.items;
  if (subject.items.length > 2) throw ask('Which of them from which?', [span]);
  if (a!.attribute !== undefined || b?.attribute !== undefined) {
    throw ask('Only those from each other, or from all others too?', [span]);
  }
  if (b !== undefined) return pairs({ ...subject, items: [a!] }, { ...subject, items: [b] }, operator, extra);
  if (operator === 'min_distance' || extra.reference !== undefined) return pairs(subject, subject, operator, extra);
  return [{ object1: a!.object, operator: 'grouped', ...extra }];
}

function apartAssumption(subject: NounPhrase, target: Target): string[] {
  return target.eachOther && subject.items.length === 2
    ? [`"apart" was read as between ${subject.items[0]!.object} and ${subject.items[1]!.object}, not among each kind`]
    : [];
}

/** "away from", "near": the documented default distances. */
export function vagueConditions(subject: NounPhrase, p: VaguePredicate, negated: boolean): Meaning {
  const limit = vagueLimit(p, negated);
  const { target } = p;
  const assumptions: string[] = [];
  const conditions: Condition[] = [];
  const say = (mm: number) =>
    `"${negated ? `not ${p.said}` : p.said}" was read as at ${limit.bound === 'min' ? 'least' : 'most'} ${mm} mm`;
  if (target.edge) {
    if (limit.bound === 'max') throw new Refusal('No operator keeps things near the edge.', [p.span]);
    const mm = p.word === 'far' ? DEFAULTS.farEdge : p.word === 'touching' ? DEFAULTS.touching : DEFAULTS.edge;
    conditions.push(...edgeConditions(subject, mm));
    assumptions.push(say(mm));
  }
  if (target.objects !== null || target.eachOther) {
    conditions.push(...limitConditions(subject, { ...target, edge: false }, limit, {}, p.span));
    assumptions.push(say(limit.mm));
  }
  return {
    conditions,
    assumptions: [...assumptions, ...apartAssumption(subject, target)],
  };
}

function vagueLimit(p: VaguePredicate, negated: boolean): Limit {
  switch (p.word) {
    case 'away':
      if (negated) throw ask('Should they be near each other, or should there be no such rule?', [p.span]);
      return { bound: 'min', mm: DEFAULTS.away };
    case 'far':
      return { bound: negated ? 'max' : 'min', mm: DEFAULTS.far };
    case 'near':
      return negated ? { bound: 'min', mm: DEFAULTS.away } : { bound: 'max', mm: DEFAULTS.near };
    case 'too_near':
      if (!negated) throw new Refusal('"Too close" is not a wish.', [p.span]);
      return { bound: 'min', mm: DEFAULTS.away };
    case 'touching':
      if (!negated) throw new Refusal('No operator makes things touch; say how near they should be.', [p.span]);
      return { bound: 'min', mm: DEFAULTS.touching };
  }
}
