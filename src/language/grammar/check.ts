import { isKnownObject, KNOWN_IN_SHORT, overlap } from '../../contract/objects.ts';
import type { Condition, Operator } from '../../contract/rule.ts';
import { quotedText } from '../../plain-text.ts';
import { OPERATOR_SPECS } from '../../rules/operators/catalogue.ts';
import type { Shape } from '../../rules/statement.ts';
import { MAX_COUNT, MAX_DISTANCE, MIN_DISTANCE } from './defaults.ts';

export const SHAPES = Object.fromEntries(
  Object.entries(OPERATOR_SPECS).map(([name, spec]) => [name, spec.shape]),
) as Readonly<Record<Operator, Shape>>;

/** Why a condition cannot be a rule, in plain words; null when it can. */
export function conditionProblem(c: Condition): string | null {
  const s = SHAPES[c.operator];
  if (!isKnownObject(c.object1)) return unknownObject(c.object1);
  if (c.object1 === 'table') return 'the table itself is not placed';
  return objectProblem(c, s) ?? valueProblem(c, s) ?? extraProblem(c, s);
}

function objectProblem(c: Condition, s: Shape): string | null {
  if (s.object2 === 'none') return c.object2 === undefined ? null : `${c.operator} takes no second object`;
  if (c.object2 === undefined) return `${c.operator} needs a second object`;
  if (!isKnownObject(c.object2)) return unknownObject(c.object2);
  if (s.object2 === 'table') return c.object2 === 'table' ? null : 'only the edge of the table is measured';
  if (c.object2 === 'table') return 'everything in the image is on the table';
  if (s.object2 !== 'other' && overlap(c.object1, c.object2)) return 'an object cannot be placed relative to itself';
  return null;
}

function valueProblem(c: Condition, s: Shape): string | null {
  if (s.value === 'none') {
    return c.value === undefined && c.unit === undefined ? null : `${c.operator} takes no value`;
  }
  if (c.value === undefined) return `${c.operator} needs a value`;
  if (c.unit !== s.value) return `${c.operator} is measured in ${s.value}`;
  if (s.value === 'count') {
    return Number.isInteger(c.value) && c.value >= 0 && c.value <= MAX_COUNT
      ? null
      : `a count is a whole number from 0 to ${MAX_COUNT}`;
  }
  return c.value >= MIN_DISTANCE && c.value <= MAX_DISTANCE
    ? null
    : `a distance lies between ${MIN_DISTANCE} mm and ${MAX_DISTANCE / 1000} m`;
}

function extraProblem(c: Condition, s: Shape): string | null {
  if (s.zone !== (c.zone !== undefined)) return `${c.operator} ${s.zone ? 'needs a' : 'takes no'} zone`;
  if (c.reference !== undefined && !s.reference) return `${c.operator} has no reference`;
  if (c.when === undefined) return null;
  if (c.when === 'available') {
    return c.object2 === undefined || c.object2 === 'table' ? '"available" needs a second object' : null;
  }
  if (c.when === 'several') return s.value === 'count' ? '"several" does not go with a count' : null;
  const present = c.when.object_present;
  if (present === 'table') return 'the table is always there';
  return isKnownObject(present) ? null : unknownObject(present);
}

const unknownObject = (name: string): string =>
  `${quotedText(name)} is not an object that rules know; they know ${KNOWN_IN_SHORT}`;
