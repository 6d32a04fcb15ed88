import type { Condition } from '../../contract/rule.ts';
import { OPERATOR_SPECS } from '../../rules/operators/catalogue.ts';
import { type ComparedRule, classesOf, contextKey, zoneKey } from '../statement.ts';

/** More rules about the same objects are not looked at together. */
export const MAX_RULES = 24;

export interface Connected {
  /** The rule in question first, then by how directly they touch it, then by urgency. */
  readonly rules: readonly ComparedRule[];
  /** The place that they are for; null: everywhere. */
  readonly context: string | null;
  /** Connected rules that were left out for their number. */
  readonly left: number;
}

/** The rules that share objects with one, directly or through others, of one context; each requirement only in its strictest form. */
export function connectedWith(rule: ComparedRule, others: readonly ComparedRule[]): Connected {
  const rest = others.filter((other) => other.rule_id !== rule.rule_id);
  const context = rule.context ?? commonestContext(rule, rest);
  const here = rest.filter((r) => r.context === null || (context !== null && sameContext(r.context, context)));
  const hops = hopsFrom(rule, strictest(rule, here));
  const sorted = [...hops].sort(
    ([a, i], [b, j]) => i - j || b.priority - a.priority || (a.rule_id < b.rule_id ? -1 : 1),
  );
  const rules = sorted.map(([r]) => r);
  return {
    rules: [rule, ...rules.slice(0, MAX_RULES - 1)],
    context,
    left: Math.max(0, rules.length - (MAX_RULES - 1)),
  };
}

const sameContext = (a: string, b: string) => contextKey(a) === contextKey(b);

/** A rule for everywhere is looked at where most of the rules that touch it hold. */
function commonestContext(rule: ComparedRule, others: readonly ComparedRule[]): string | null {
  const mine = thingsOf(rule);
  const touching = others.filter((r) => r.context !== null && thingsOf(r).some((name) => mine.includes(name)));
  const groups = [...Map.groupBy(touching, (r) => contextKey(r.context!))];
  groups.sort(([a, p], [b, q]) => q.length - p.length || (a < b ? -1 : 1));
  return groups[0]?.[1][0]?.context ?? null;
}

/** Classes that a rule speaks of. */
export function thingsOf(rule: ComparedRule): readonly string[] {
  const selectors = rule.conditions.flatMap((c) => [
    c.object1,
    ...(c.object2 === undefined ? [] : [c.object2]),
    ...(typeof c.when === 'object' ? [c.when.object_present] : []),
  ]);
  return [...new Set(selectors.flatMap(classesOf))];
}

/** Breadth first over shared classes. */
function hopsFrom(rule: ComparedRule, others: readonly ComparedRule[]): Map<ComparedRule, number> {
  const byThing = new Map<string, ComparedRule[]>();
  for (const other of others) {
    for (const name of thingsOf(other)) byThing.set(name, [...(byThing.get(name) ?? []), other]);
  }
  const hops = new Map<ComparedRule, number>();
  const seen = new Set<string>();
  let front: ComparedRule[] = [rule];
  for (let hop = 1; front.length > 0; hop++) {
    const names = new Set(front.flatMap(thingsOf).filter((name) => !seen.has(name)));
    front = [];
    for (const name of names) {
      seen.add(name);
      for (const other of byThing.get(name) ?? []) {
        if (hops.has(other)) continue;
        hops.set(other, hop);
        front.push(other);
      }
    }
  }
  return hops;
}

/** Without rules of which every requirement is made by another in the same words and at least as strictly. */
function strictest(rule: ComparedRule, others: readonly ComparedRule[]): readonly ComparedRule[] {
  const best = new Map<string, { value: number; rule: ComparedRule }>();
  for (const r of [rule, ...others]) {
    for (const c of r.conditions) {
      const value = strictness(c);
      const key = keyOf(c);
      const known = best.get(key);
      if (known === undefined || value > known.value) best.set(key, { value, rule: r });
    }
  }
  const owners = new Set([...best.values()].map((b) => b.rule));
  return others.filter((r) => owners.has(r));
}

/** Where nothing is measured, none is stricter than another. */
function strictness({ operator, value = 0 }: Condition): number {
  const { bound } = OPERATOR_SPECS[operator];
  return bound === 'least' ? value : bound === 'most' ? -value : 0;
}

const keyOf = ({ operator, object1, object2, reference, attribute, zone, when }: Condition) =>
  JSON.stringify([operator, object1, object2, reference ?? 'edge', attribute, zoneKey(zone), when]);
