import type { Condition } from '../contract/rule.ts';
import { requiredLength } from '../rules/interval.ts';
import { CENTRED_TOLERANCE } from '../rules/operators/centered-on.ts';
import { wordFor } from '../rules/select.ts';
import {
  asPairs,
  asUpperBound,
  bindsAll,
  boundPair,
  common,
  covers,
  pairWords,
  sparesSurfaces,
  withArticle,
  zoneKey,
} from './statement.ts';

/**
 * Why two conditions cannot hold together, with the objects for which they clash; null when an arrangement may satisfy
 * both. Each check is a proof: it uses only what holds for objects of every size. Orders are left to `order.ts`.
 */
export function contradiction(c: Condition, d: Condition): string | null {
  return (
    distances(c, d) ??
    distances(d, c) ??
    supports(c, d) ??
    supports(d, c) ??
    touching(c, d) ??
    touching(d, c) ??
    counts(c, d) ??
    counts(d, c)
  );
}

/** At least `min` against at most `max` on one pair. The distance of outlines is never more than that of centres. */
function distances(least: Condition, other: Condition): string | null {
  const most = other.operator === 'grouped' ? asPairs(other) : asUpperBound(other);
  if (least.operator !== 'min_distance' || most === null) return null;
  if (least.value === undefined || most.value === undefined || least.value <= most.value) return null;
  if (least.reference === 'centre' && most.reference !== 'centre') return null;
  // Each of a group is near some other one: that clashes where all others are to be far.
  if (other.operator === 'grouped' && !bindsGroup(least, most)) return null;
  const pair = boundPair(least, most);
  if (pair === null) return null;
  return `${pairWords(pair)} would have to be at least ${requiredLength(least.value)} and at most ${requiredLength(most.value)} apart`;
}

const bindsGroup = (least: Condition, group: Condition) =>
  bindsAll(least, group) &&
  [least.object1, least.object2].every((name) => covers(name, group.object1) && covers(name, group.object2));

/** Stands on some B, and on no B. */
function supports(on: Condition, not: Condition): string | null {
  if ((on.operator !== 'on' && on.operator !== 'centered_on') || not.operator !== 'not_on') return null;
  const first = common(on.object1, not.object1);
  if (first === undefined || !covers(not.object2, on.object2)) return null;
  return `${withArticle(first)} would have to stand on ${withArticle(on.object2 ?? '')} and on no ${wordFor(not.object2 ?? '')}`;
}

/** Stands on some B, which is 0 mm away, and keeps away from every B. */
function touching(on: Condition, least: Condition): string | null {
  if ((on.operator !== 'on' && on.operator !== 'centered_on') || least.operator !== 'min_distance') return null;
  const value = least.value ?? 0;
  const centred = least.reference === 'centre';
  if (centred && on.operator === 'on') return null;
  if (value <= (centred ? (on.value ?? CENTRED_TOLERANCE) : 0)) return null;
  const forward = common(on.object1, least.object1) !== undefined && covers(least.object2, on.object2);
  const backward = common(on.object1, least.object2) !== undefined && covers(least.object1, on.object2);
  // An object may stand on a coaster or mat under a rule that speaks of any object.
  if ((!forward && !backward) || sparesSurfaces(least)) return null;
  const first = (forward ? common(on.object1, least.object1) : common(on.object1, least.object2)) ?? on.object1;
  const how = on.operator === 'on' ? 'stand on' : 'be centered on';
  const surface = withArticle(on.object2 ?? '');
  return `${withArticle(first)} would have to ${how} ${surface} and keep at least ${requiredLength(value)} from it`;
}

/** At least m of them, all of which count among the at most n. */
function counts(least: Condition, most: Condition): string | null {
  if (least.operator !== 'count_min' || most.operator !== 'count_max') return null;
  if (least.value === undefined || most.value === undefined || least.value <= most.value) return null;
  if (!covers(most.object1, least.object1)) return null;
  if (most.attribute !== undefined && most.attribute !== least.attribute) return null;
  if (most.zone !== undefined && zoneKey(most.zone) !== zoneKey(least.zone)) return null;
  if (most.object2 !== undefined && !(least.object2 !== undefined && covers(most.object2, least.object2))) return null;
  const [some, all] = [wordFor(least.object1, true), wordFor(most.object1, true)];
  return `there would have to be at least ${least.value} ${some} and at most ${most.value} ${all}`;
}
