import type { Condition } from '../contract/rule.ts';
import { OPERATOR_SPECS } from '../rules/operators/catalogue.ts';
import { coversInTime } from './in-time.ts';
import { asPairs, asUpperBound, bindsAll, type ComparedRule, contextKey, covers, zoneKey } from './statement.ts';

/** Everything `weak` asks for is already asked for by `strong`. */
export function ruleImplied(weak: ComparedRule, strong: ComparedRule): boolean {
  if (strong.context !== null && (weak.context === null || contextKey(weak.context) !== contextKey(strong.context))) {
    return false;
  }
  if (!coversInTime(strong, weak)) return false;
  return weak.conditions.every((c) => strong.conditions.some((d) => implied(c, d)));
}

/** Wherever `weak` applies, `strong` applies too, and who satisfies `strong` satisfies `weak`. */
export function implied(weak: Condition, strong: Condition): boolean {
  if (strong.attribute !== undefined && strong.attribute !== weak.attribute) return false;
  if (strong.when !== undefined && !sameWhen(strong.when, weak.when)) return false;
  switch (weak.operator) {
    case 'min_distance':
      return (
        strong.operator === 'min_distance' &&
        atLeastAs(strong, weak) &&
        reaches(strong, weak) &&
        bindsAll(strong, weak) &&
        pairsCovered(strong, weak)
      );
    case 'max_distance':
      return closer(weak, strong);
    case 'grouped':
      return sameGroup(weak, strong) || closer(asPairs(weak), strong);
    case 'min_edge_distance':
      return strong.operator === 'min_edge_distance' && atLeastAs(strong, weak) && covers(strong.object1, weak.object1);
    case 'on':
    case 'centered_on': {
      const same = strong.operator === weak.operator || (weak.operator === 'on' && strong.operator === 'centered_on');
      return same && covers(strong.object1, weak.object1) && covers(weak.object2, strong.object2);
    }
    case 'not_on':
      return (
        (strong.operator === 'not_on' &&
          covers(strong.object1, weak.object1) &&
          covers(strong.object2, weak.object2)) ||
        (strong.operator === 'min_distance' &&
          strong.reference !== 'centre' &&
          (strong.value ?? 0) > 0 &&
          bindsAll(strong, weak) &&
          pairsCovered(strong, weak))
      );
    case 'left_of':
    case 'right_of':
    case 'in_front_of':
    case 'behind':
      return sameOrder(weak, strong);
    case 'within':
      return (
        strong.operator === 'within' &&
        zoneKey(strong.zone) === zoneKey(weak.zone) &&
        covers(strong.object1, weak.object1)
      );
    case 'aligned':
      return (
        strong.operator === 'aligned' &&
        atMostAs(strong, weak) &&
        covers(strong.object1, weak.object1) &&
        covers(weak.object1, strong.object1)
      );
    case 'count_max':
      return (
        strong.operator === 'count_max' &&
        atMostAs(strong, weak) &&
        covers(strong.object1, weak.object1) &&
        sameScope(weak, strong)
      );
    case 'count_min':
      return (
        strong.operator === 'count_min' &&
        atLeastAs(strong, weak) &&
        covers(weak.object1, strong.object1) &&
        sameScope(weak, strong)
      );
  }
}

function sameWhen(a: Condition['when'], b: Condition['when']): boolean {
  return typeof a === 'object' && typeof b === 'object' ? a.object_present === b.object_present : a === b;
}

const atLeastAs = (strong: Condition, weak: Condition) =>
  strong.value !== undefined && weak.value !== undefined && strong.value >= weak.value;
const atMostAs = (strong: Condition, weak: Condition) =>
  strong.value !== undefined && weak.value !== undefined && strong.value <= weak.value;

/** Outlines at least so far apart: centres too. */
const reaches = (strong: Condition, weak: Condition) => strong.reference !== 'centre' || weak.reference === 'centre';

function pairsCovered(strong: Condition, weak: Condition): boolean {
  const forward = covers(strong.object1, weak.object1) && covers(strong.object2, weak.object2);
  return forward || (covers(strong.object1, weak.object2) && covers(strong.object2, weak.object1));
}

/** Centres at most so far apart: outlines too. */
function closer(weak: Condition, strong: Condition): boolean {
  const [w, s] = [asUpperBound(weak), asUpperBound(strong)];
  if (w === null || s === null || !atMostAs(s, w)) return false;
  return (w.reference !== 'centre' || s.reference === 'centre') && pairsCovered(s, w);
}

/** Through others a larger group hangs together that a part of it does not. */
const sameGroup = (weak: Condition, strong: Condition) =>
  strong.operator === 'grouped' &&
  atMostAs(strong, weak) &&
  covers(strong.object1, weak.object1) &&
  covers(weak.object1, strong.object1) &&
  strong.object2 === weak.object2;

function sameOrder(weak: Condition, strong: Condition): boolean {
  if ((strong.value ?? 0) < (weak.value ?? 0)) return false;
  if (strong.operator === weak.operator) {
    return covers(strong.object1, weak.object1) && covers(strong.object2, weak.object2);
  }
  return (
    OPERATOR_SPECS[weak.operator].mirror === strong.operator &&
    covers(strong.object1, weak.object2) &&
    covers(strong.object2, weak.object1) &&
    strong.attribute === undefined &&
    weak.attribute === undefined
  );
}

const sameScope = (weak: Condition, strong: Condition) =>
  zoneKey(weak.zone) === zoneKey(strong.zone) && weak.object2 === strong.object2 && weak.attribute === strong.attribute;
