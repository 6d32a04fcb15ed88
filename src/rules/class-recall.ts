import { membersOf } from '../contract/objects.ts';
import { NOT_ON } from './interval.ts';
import type { SceneIndex } from './scene-index.ts';
import { ANYTHING, matches, normalSelector, wordFor } from './select.ts';

/**
 * What it means that something is not seen. A rule is called broken for want of an object only where the model would have
 * shown it: if the rule were kept, so little would be seen with a probability of at most `NOT_ON`.
 */

/** How likely one of the objects meant is found when it is there, 0..1; 1 where the caller listed or declared them. */
export function recallFor(index: SceneIndex, selector: string): number {
  const worst = lowestRecallClass(index, selector);
  return worst === null ? 1 : (worst.rate ?? 0);
}

/** Whether one of these could be there unseen, so that its absence proves nothing. */
export function mayBeMissed(index: SceneIndex, selector: string): boolean {
  return 1 - recallFor(index, selector) > NOT_ON;
}

/** Whether nothing of what is meant could have been found. */
export function isUndetectable(index: SceneIndex, selector: string): boolean {
  const { classRecall } = index.scene;
  if (classRecall === undefined || declared(index, selector)) return false;
  return classesOf(selector).every((name) => !Object.hasOwn(classRecall, name));
}

/** Probability that at most `seen` of `there` objects are found, each with probability `rate`: the binomial distribution. */
export function binomialCdf(seen: number, there: number, rate: number): number {
  if (seen >= there || rate <= 0) return 1;
  if (rate >= 1) return 0;
  // In logarithms: (1 - rate) ** there is 0 in floating point where many are required.
  let term = there * Math.log1p(-rate);
  let sum = Math.exp(term);
  for (let k = 1; k <= seen; k++) {
    term += Math.log(((there - k + 1) / k) * (rate / (1 - rate)));
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}

/** Why it proves little that no more of these are seen. */
export function missedText(index: SceneIndex, selector: string): string {
  const worst = lowestRecallClass(index, selector);
  const many = wordFor(worst?.name ?? selector, true);
  if (worst === null || worst.rate === undefined) return `the model that looked cannot find ${many}`;
  if (worst.rate === null) return `how many ${many} the model finds has not been measured`;
  return `the model finds ${Math.round(100 * worst.rate)} % of the ${many}, so some may have been missed`;
}

/** The class that is found least of those meant; `rate` undefined: never, null: not measured. Null when nothing was to be found. */
function lowestRecallClass(
  index: SceneIndex,
  selector: string,
): { name: string; rate: number | null | undefined } | null {
  const { classRecall } = index.scene;
  if (classRecall === undefined || declared(index, selector)) return null;
  if (normalSelector(selector) === ANYTHING) return { name: selector, rate: null };
  const rated = classesOf(selector).map((name) => ({
    name,
    rate: Object.hasOwn(classRecall, name) ? classRecall[name] : undefined,
  }));
  const order = (rate: number | null | undefined) => rate ?? (rate === null ? -1 : -2);
  return rated.reduce((worst, one) => (order(one.rate) < order(worst.rate) ? one : worst));
}

const classesOf = (selector: string): readonly string[] => membersOf(normalSelector(selector));

/** A coaster or mat that the caller drew as a zone: then all of them are taken to be drawn. */
function declared(index: SceneIndex, selector: string): boolean {
  const name = normalSelector(selector);
  return name !== ANYTHING && index.scene.zones.some((zone) => zone.kind !== 'zone' && matches(name, zone.kind));
}
