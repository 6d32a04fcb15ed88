import { GROUPS } from '../../contract/objects.ts';
import type { Condition } from '../../contract/rule.ts';
import { OPERATOR_SPECS } from '../../rules/operators/catalogue.ts';
import { DEFAULTS } from './defaults.ts';
import type { Comparison } from './relation-words.ts';
import { type Amount, type Sense, SUPPORTS } from './sense.ts';

/** A suggestion as the grammar reads it. */
export interface Candidate {
  readonly conditions: readonly Condition[];
  readonly priority: number | null;
}

type Way = Comparison['bound'];

const WAY = { least: 'min', most: 'max' } as const;

/** The author's own sentence with a few words changed: what it says of how much, which way and whether must still be there. */
export function sameWords(asked: Sense, edited: Sense): boolean {
  return (
    asked.negations.length === edited.negations.length &&
    asked.exceptions.every((word) => word === 'but') &&
    asked.exceptions.length === edited.exceptions.length &&
    asked.comparisons.length === edited.comparisons.length &&
    asked.comparisons.every((c, i) => c === edited.comparisons[i]) &&
    asked.when === edited.when &&
    asked.part === edited.part &&
    asked.urgency === edited.urgency &&
    asked.attributes.every((name) => edited.attributes.includes(name)) &&
    asked.near === edited.near &&
    asked.far === edited.far &&
    asked.amounts.length === edited.amounts.length &&
    asked.amounts.every((a, i) => mayBe(a, edited.amounts[i]!))
  );
}

const mayBe = (a: Amount, b: Amount): boolean =>
  b.mm.some((mm) => isOneOf(mm, a.mm)) || b.counts.some((n) => isOneOf(n, a.counts));

const isOneOf = (value: number, values: readonly number[]) => values.some((v) => Math.abs(v - value) < 0.002);

/** Speaks of all that the sentence names; and of nothing else, unless the author's own words were put right. */
export function sameObjects(
  { objects, edge, table, when, attributes, urgency, part }: Sense,
  { conditions, priority }: Candidate,
  { own, named }: { readonly own: boolean; readonly named: boolean },
): boolean {
  const told = new Set(
    conditions.flatMap((c) => [
      c.object1,
      ...(c.object2 === undefined ? [] : [c.object2]),
      ...(typeof c.when === 'object' ? [c.when.object_present] : []),
    ]),
  );
  const ofEdge = told.delete('table');
  if (named) return edge === ofEdge;
  // "A mug of coffee" is a mug.
  const contents = DRINKWARE.some((name) => objects.includes(name)) ? 'beverage' : null;
  const kept = (name: string) => told.has(name) || name === contents;
  if (!objects.every(kept) || (edge && !ofEdge)) return false;
  if (own || objects.length === 0) return true;
  if (part || (urgency && priority === null)) return false;
  if (!attributes.every((name) => conditions.some((c) => c.attribute === name))) return false;
  if (contents !== null && told.has(contents)) return false;
  const same = [...told].every((name) => objects.includes(name)) && (!ofEdge || edge || table);
  return same && conditions.every((c) => (c.when !== undefined) === when);
}

const DRINKWARE = GROUPS.beverage!;

/** A sentence of ours about the same things: it must not say more, less or the opposite of what was asked. */
export function sameSense(asked: Sense, { conditions, priority }: Candidate, named: boolean): boolean {
  const { negations, exceptions, comparisons } = asked;
  if (negations.length > 1 || (exceptions.length > 0 && !named)) return false;
  const negated = negations.length === 1;
  // "Do not keep … at least": smaller, or no rule at all?
  if (negated && comparisons.some((c) => !c.flips && !c.negative)) return false;
  return sameAmounts(asked, conditions, priority) && conditions.every((c) => fits(asked, c, negated));
}

function sameAmounts({ amounts }: Sense, conditions: readonly Condition[], priority: number | null): boolean {
  const measured = conditions.filter((c) => c.value !== undefined);
  if (amounts.length === 0) return measured.every((c) => c.unit === 'mm' && DEFAULT_LENGTHS.has(c.value ?? 0));
  const said = (a: Amount, c: Condition) => isOneOf(c.value ?? -1, c.unit === 'mm' ? a.mm : countsOf(a));
  return (
    measured.every((c) => amounts.some((a) => said(a, c))) &&
    amounts.every((a) => measured.some((c) => said(a, c)) || (priority !== null && a.counts.includes(priority)))
  );
}

const DEFAULT_LENGTHS = new Set<number>(Object.values(DEFAULTS));

/** "more than two" are three. */
function countsOf({ counts, comparison }: Amount): readonly number[] {
  if (!comparison?.flips) return counts;
  return counts.map((n) => (comparison.bound === 'min' ? n + 1 : n - 1));
}

function fits(asked: Sense, c: Condition, negated: boolean): boolean {
  const { owned, everySupport, side } = asked;
  if (owned !== null && !SUPPORTS.has(owned) && c.object2 !== undefined && c.object2 !== 'table') return false;
  const { bound } = OPERATOR_SPECS[c.operator];
  const placed = asked.elsewhere || side !== null;
  switch (c.operator) {
    case 'on':
    case 'centered_on':
      if (c.operator === 'centered_on' && !asked.centred) return false;
      return !negated && !everySupport && !placed;
    case 'not_on':
      return negated && !asked.near && !asked.far && !placed && !asked.beforeNegation.includes(c.object2 ?? '');
    case 'left_of':
    case 'right_of':
    case 'in_front_of':
    case 'behind':
      return !negated && !asked.elsewhere && side === c.operator;
    case 'within':
    case 'aligned':
      return !negated;
    default:
      return bound !== null && !(placed && c.unit === 'mm') && fitsWay(asked, c, WAY[bound], negated);
  }
}

/** At least or at most, as the sentence shows it; a ban without any shown way is no distance and no number. */
function fitsWay(asked: Sense, c: Condition, way: Way, negated: boolean): boolean {
  const shown = waysOf(asked, c, negated);
  if (shown === 'unclear') return false;
  return shown === null ? !negated && !asked.on : shown === way;
}

function waysOf(asked: Sense, c: Condition, negated: boolean): Way | 'unclear' | null {
  const about = asked.amounts.filter((a) => isOneOf(c.value ?? -1, c.unit === 'mm' ? a.mm : countsOf(a)));
  const compared = (about.length > 0 ? about.map((a) => a.comparison) : asked.comparisons).filter((x) => x !== null);
  const ways = new Set(compared.map((x) => (x.flips && negated ? opposite(x.bound) : x.bound)));
  if (ways.size > 1) return 'unclear';
  const [way] = ways;
  if (way !== undefined) return way;
  if (asked.exact || c.unit === 'count') return null;
  if (asked.near && asked.far) return 'unclear';
  if (asked.near) return negated ? 'min' : 'max';
  if (asked.far) return negated ? 'unclear' : 'min';
  return null;
}

const opposite = (way: Way): Way => (way === 'min' ? 'max' : 'min');
