import { checkpoint } from '../checkpoint.ts';
import type { Condition } from '../contract/rule.ts';
import { type ComparedRule, canMeet, nodesOf, pairWords, withArticle } from './statement.ts';

/** a must lie before b along one axis of the image. */
interface Step {
  readonly from: string;
  readonly to: string;
  readonly rule: ComparedRule;
  readonly condition: Condition;
}

export interface OrderCycle {
  readonly rules: readonly ComparedRule[];
  readonly explanation: string;
}

const AXES = [
  { before: 'left_of', after: 'right_of', words: 'to the left of' },
  { before: 'behind', after: 'in_front_of', words: 'behind' },
] as const;

/** Rings of orders such as: mugs left of laptops, laptops left of phones, phones left of mugs. One per set of rules. */
export function orderCycles(rules: readonly ComparedRule[]): OrderCycle[] {
  const found = new Map<string, OrderCycle>();
  for (const axis of AXES) {
    const steps = rules.flatMap((rule) => rule.conditions.flatMap((condition) => stepsOf(rule, condition, axis)));
    const byFrom = Map.groupBy(steps, (step) => step.from);
    for (const step of steps) {
      const ring = shortestRing(step, byFrom);
      if (ring === null) continue;
      const involved = [...new Set(ring.map((s) => s.rule))];
      const key = involved
        .map((r) => r.rule_id)
        .toSorted()
        .join(' ');
      if (!found.has(key)) found.set(key, { rules: involved, explanation: explain(ring, axis.words) });
    }
  }
  return [...found.values()];
}

function stepsOf(rule: ComparedRule, condition: Condition, axis: (typeof AXES)[number]): Step[] {
  const forward = condition.operator === axis.before;
  if (!forward && condition.operator !== axis.after) return [];
  const [first, second] = forward ? [condition.object1, condition.object2] : [condition.object2, condition.object1];
  return nodesOf(first).flatMap((from) => nodesOf(second).map((to) => ({ from, to, rule, condition })));
}

/** Breadth first from a step back to its start, over steps that can all apply at once. */
function shortestRing(start: Step, byFrom: ReadonlyMap<string, readonly Step[]>): Step[] | null {
  const paths: Step[][] = [[start]];
  const seen = new Set<string>([start.to]);
  for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
    const last = path.at(-1)!;
    if (last.to === start.from) return path;
    for (const next of byFrom.get(last.to) ?? []) {
      checkpoint();
      if (next.to !== start.from && seen.has(next.to)) continue;
      if (!path.every((s) => canMeet(s.rule, s.condition, next.rule, next.condition))) continue;
      seen.add(next.to);
      paths.push([...path, next]);
    }
  }
  return null;
}

function explain(ring: readonly Step[], words: string): string {
  const [first] = ring;
  if (ring.length === 1) return `of ${pairWords([first!.from, first!.to])}, each would have to be ${words} the other`;
  const links = ring.map((s) => `${withArticle(s.from)} ${words} ${withArticle(s.to)}`);
  return `in a ring: ${links.join(', ')}`;
}
