import { checkpoint } from '../checkpoint.ts';
import type { Condition } from '../contract/rule.ts';
import { requiredLength } from '../rules/interval.ts';
import { FLAT_SURFACES } from '../rules/select.ts';
import { largestSpan } from './largest-span.ts';
import {
  asUpperBound,
  type ComparedRule,
  canMeet,
  contextKey,
  nodesOf,
  pairWords,
  sparesSurfaces,
  withArticle,
} from './statement.ts';

/** Greatest distances, one after the other, that leave two objects nearer than a least distance between them. */
export interface Chain {
  readonly rules: readonly ComparedRule[];
  readonly explanation: string;
  /** Sizes that the proof takes for granted; empty when it needs none. */
  readonly assumes: readonly string[];
}

/** A condition that keeps objects of class `from` near those of class `to`: every pair, or each on `some` one. */
interface Link {
  readonly from: string;
  readonly to: string;
  readonly value: number;
  readonly centre: boolean;
  /** Stands on one of them, nobody knows which: only the first link of a chain can be of this kind. */
  readonly some?: true;
  readonly rule: ComparedRule;
  readonly condition: Condition;
}

interface Path {
  readonly links: readonly Link[];
  /** Greatest distance from the first object to the nearest outline point, or with `centre` the middle, of the last. */
  readonly reach: number;
}

/** Longer chains prove nothing on a desk: each link adds the size of an object. */
const MAX_LINKS = 4;
/** Links looked at in one search, all contexts together: a bound on work instead of a clock. */
const WORK = 2_000_000;

/**
 * Chains of greatest distances that clash with a least one, such as: mug within 50 mm of every keyboard, keyboard within
 * 50 mm of every laptop, mug at least 700 mm from every laptop. Distances of outlines add up to no more than their sum
 * and the largest span of what lies between (triangle inequality). `about`: only chains with this rule.
 */
export function clashingChains(rules: readonly ComparedRule[], about?: ComparedRule): Chain[] {
  const found = new Map<string, Chain>();
  const work = { left: WORK };
  for (const world of worldsOf(rules, about)) {
    const links = tightest(world, about);
    const byFrom = Map.groupBy(links, (link) => link.from);
    for (const { rule, least } of strictest(world, about)) {
      const chain = chainAgainst(rule, least, byFrom, work, about);
      if (chain === null) continue;
      const key = idsOf(chain.rules);
      if (!found.has(key)) found.set(key, chain);
    }
    if (work.left <= 0) break;
  }
  return [...found.values()].filter((chain) => ![...found.values()].some((other) => isPart(other, chain)));
}

const idsOf = (rules: readonly ComparedRule[]) =>
  rules
    .map((r) => r.rule_id)
    .toSorted()
    .join(' ');

const isPart = (part: Chain, whole: Chain) =>
  part.rules.length < whole.rules.length && part.rules.every((r) => whole.rules.includes(r));

/** Rules that may apply together: those of one context and those of none. */
function worldsOf(rules: readonly ComparedRule[], about?: ComparedRule): readonly ComparedRule[][] {
  const keyOf = (rule: ComparedRule) => (rule.context === null ? null : contextKey(rule.context));
  const wanted = about === undefined ? null : keyOf(about);
  const everywhere = rules.filter((rule) => rule.context === null);
  const groups = Map.groupBy(
    rules.filter((rule) => rule.context !== null),
    keyOf,
  );
  if (wanted !== null) return [[...everywhere, ...(groups.get(wanted) ?? [])]];
  return [everywhere, ...[...groups.values()].map((own) => [...everywhere, ...own])];
}

/** Of all least distances about the same objects the largest, and those of the rule in question. */
function strictest(rules: readonly ComparedRule[], about?: ComparedRule) {
  const largest = new Map<string, { rule: ComparedRule; least: Condition }>();
  for (const rule of rules) {
    rule.conditions.forEach((least, i) => {
      const { operator, object1, object2, reference, attribute, value } = least;
      if (operator !== 'min_distance' || value === undefined) return;
      const mine = rule === about ? i : '';
      const key = `${object1} ${object2} ${reference ?? 'edge'} ${attribute ?? ''} ${mine}`;
      if (value > (largest.get(key)?.least.value ?? -1)) largest.set(key, { rule, least });
    });
  }
  return largest.values();
}

/** Of all links between two classes that speak of the same objects the shortest; of equal ones the rule in question. */
function tightest(rules: readonly ComparedRule[], about?: ComparedRule): Link[] {
  const best = new Map<string, Link>();
  for (const rule of rules) {
    for (const condition of rule.conditions) {
      for (const link of linksOf(rule, condition)) {
        const key = `${link.from} ${link.to} ${link.centre} ${link.some ?? ''} ${condition.attribute ?? ''}`;
        const other = best.get(key);
        const shorter = other === undefined || link.value < other.value;
        if (shorter || (link.value === other.value && rule === about)) best.set(key, link);
      }
    }
  }
  return [...best.values()];
}

function linksOf(rule: ComparedRule, condition: Condition): Link[] {
  if (condition.operator === 'on' || condition.operator === 'centered_on') {
    const surfaces = nodesOf(condition.object2);
    // On one of several classes: which one is not said.
    if (surfaces.length !== 1) return [];
    const to = surfaces[0]!;
    return nodesOf(condition.object1)
      .filter((from) => from !== to)
      .map((from) => ({ from, to, value: 0, centre: false, some: true, rule, condition }));
  }
  const most = asUpperBound(condition);
  if (most === null || most.value === undefined) return [];
  const { value } = most;
  const centre = most.reference === 'centre';
  // What a rule about any object means of coasters and mats is left to the solver.
  const bound = (name: string) => !(sparesSurfaces(most) && FLAT_SURFACES.has(name));
  const [first, second] = [nodesOf(most.object1).filter(bound), nodesOf(most.object2).filter(bound)];
  return first.flatMap((a) =>
    second.flatMap((b) => {
      const link = (from: string, to: string): Link => ({ from, to, value, centre, rule, condition });
      return a === b ? [link(a, b)] : [link(a, b), link(b, a)];
    }),
  );
}

function chainAgainst(
  rule: ComparedRule,
  least: Condition,
  byFrom: ReadonlyMap<string, readonly Link[]>,
  work: { left: number },
  about: ComparedRule | undefined,
): Chain | null {
  const bound = (name: string) => !(sparesSurfaces(least) && FLAT_SURFACES.has(name));
  const sides = [nodesOf(least.object1).filter(bound), nodesOf(least.object2).filter(bound)] as const;
  for (const [starts, ends] of [sides, sides.toReversed() as [string[], string[]]]) {
    const targets = new Set(ends);
    for (const start of starts) {
      const path = shortest(rule, least, start, targets, byFrom, work, about);
      if (path !== null) return explained(rule, least, path);
    }
  }
  return null;
}

/** Links in order of their number: the first path that is too short uses the fewest rules. */
function shortest(
  rule: ComparedRule,
  least: Condition,
  start: string,
  targets: ReadonlySet<string>,
  byFrom: ReadonlyMap<string, readonly Link[]>,
  work: { left: number },
  about: ComparedRule | undefined,
): Path | null {
  const value = least.value ?? 0;
  const middles = least.reference === 'centre';
  let paths: Path[] = [{ links: [], reach: 0 }];
  for (let count = 1; count <= MAX_LINKS; count++) {
    const next = new Map<string, Path>();
    for (const path of paths) {
      const at = path.links.at(-1)?.to ?? start;
      for (const link of byFrom.get(at) ?? []) {
        checkpoint();
        if (--work.left <= 0) return null;
        if (link.some && count > 1) continue;
        // Back where it came from: no longer another object than the first.
        if (count > 1 && path.links.some((l) => l.from === link.to) && !(link.to === start && targets.has(start))) {
          continue;
        }
        const step = crossing(path, link, middles);
        if (step === null || path.reach + step + link.value >= value) continue;
        if (!path.links.every((l) => canMeet(l.rule, l.condition, link.rule, link.condition))) continue;
        if (!canMeet(rule, least, link.rule, link.condition)) continue;
        const longer: Path = { links: [...path.links, link], reach: path.reach + step + link.value };
        const end = middles && !link.centre ? half(link.to) : 0;
        const mine = about === undefined || rule === about || longer.links.some((l) => l.rule === about);
        // One link against the distance is a clash of two conditions, which `contradiction` finds.
        const clashes = targets.has(link.to) && end !== null && longer.reach + end < value;
        if (count > 1 && mine && clashes) return { ...longer, reach: longer.reach + end };
        const key = `${link.to} ${link.centre} ${mine}`;
        const known = next.get(key);
        if (known === undefined || longer.reach < known.reach) next.set(key, longer);
      }
    }
    paths = [...next.values()];
  }
  return null;
}

/** How far it may be, on the object that two links share, from where the first arrives to where the next leaves, mm. */
function crossing(path: Path, link: Link, middles: boolean): number | null {
  const last = path.links.at(-1);
  if (last === undefined) return middles && !link.centre ? half(link.from) : 0;
  if (last.centre && link.centre) return 0;
  return last.centre || link.centre ? half(link.from) : largestSpan(link.from);
}

/** From the middle of an outline to its farthest point: at most the whole span, for most objects half of it. */
function half(name: string): number | null {
  const span = largestSpan(name);
  return span === null ? null : span / 2;
}

function explained(rule: ComparedRule, least: Condition, { links, reach }: Path): Chain {
  const [first, last] = [links[0]!, links.at(-1)!];
  const between = links.slice(1).map((link) => link.from);
  const measured = links.slice(1).flatMap((link, i) => (link.centre && links[i]!.centre ? [] : [link.from]));
  if (least.reference === 'centre') {
    measured.push(...(first.centre ? [] : [first.from]), ...(last.centre ? [] : [last.to]));
  }
  const assumes = [...new Set(measured)].map(
    (name) => `${withArticle(name)} is at most ${Math.ceil(largestSpan(name) ?? 0)} mm from end to end`,
  );
  const pair = pairWords([first.from, last.to]);
  const across = [...new Set(between)].map(withArticle).join(' and ');
  return {
    rules: [...new Set([rule, ...links.map((l) => l.rule)])],
    explanation:
      `with ${links.map(stepWords).join(' and ')}, ${pair} are at most ${requiredLength(Math.ceil(reach))} apart, ` +
      `${across} between them, but would have to be at least ${requiredLength(least.value ?? 0)} apart`,
    assumes,
  };
}

function stepWords({ from, to, value, some }: Link): string {
  if (some) return `${withArticle(from)} on ${withArticle(to)}`;
  return `${pairWords([from, to])} at most ${requiredLength(value)} apart`;
}
