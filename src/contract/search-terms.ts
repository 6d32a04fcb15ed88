import type { Analysis } from './analysis.ts';
import { GROUPS } from './objects.ts';
import type { Operator } from './rule.ts';
import type { VerdictKind } from './verdict.ts';

/** How something came out that is worth being looked for. */
export const OUTCOMES = ['violated', 'uncertain', 'satisfied'] as const satisfies readonly VerdictKind[];
export type Outcome = (typeof OUTCOMES)[number];

/** What an analysis must have to be found; classes and groups by their names here. */
export interface TermFilter {
  /** All of them are in the image. */
  readonly objects?: readonly string[] | undefined;
  readonly outcome?: Outcome | undefined;
  readonly ruleId?: string | undefined;
  readonly operator?: Operator | undefined;
  /** Measured by this stored calibration, which is one camera. */
  readonly calibrationId?: string | undefined;
  /** One or two objects of one finding. */
  readonly about?: readonly string[] | undefined;
}

/** Of one analysis; the rest is found by its other terms. */
export const MOST_TERMS = 2000;
/** No name has one in it. */
const BETWEEN = '\t';

const term = (...words: readonly string[]): string => words.join(BETWEEN);
const pair = (a: string, b: string): string[] => [a, b].toSorted();

/** Of all analyses of one photo. */
export const photoTerm = (sha256: string): string => term('photo', sha256);

/** Of all analyses that were measured by a stored calibration. */
const calibrationTerm = (id: string): string => term('calibration', id);

/** The class and the groups it belongs to; all things are objects, so that is none of them. */
const namesOf = (name: string): string[] => [
  name,
  ...Object.keys(GROUPS).filter((group) => group !== 'object' && GROUPS[group]!.includes(name)),
];

/**
 * The words that an analysis is found by: what is in it and how its listed findings came out, by rule, operator and object.
 * Made of the analysis alone. Violated findings come first, so that of very many the important ones are kept.
 */
export function searchTerms({
  objects,
  rules,
  image,
  calibration,
}: Pick<Analysis, 'objects' | 'rules'> & Partial<Pick<Analysis, 'image' | 'calibration'>>): string[] {
  const terms = new Set<string>(image?.sha256 ? [photoTerm(image.sha256)] : []);
  if (calibration?.calibration_id !== undefined) terms.add(calibrationTerm(calibration.calibration_id));
  const classes = new Map(objects.map(({ id, class: name }) => [id, name]));
  for (const name of new Set(classes.values())) for (const word of namesOf(name)) terms.add(term('object', word));
  for (const outcome of OUTCOMES) {
    const those = rules.filter((finding) => finding.verdict === outcome);
    for (const { rule_id } of those) {
      terms.add(outcome);
      terms.add(term(outcome, 'rule', rule_id));
    }
    const looked = new Set<string>();
    for (const { operator, objects: ids } of those) {
      const found = ids.flatMap((id) => classes.get(id) ?? []);
      // Findings about the same kinds of things have the same words.
      const same = term(operator ?? '', ...found);
      if (looked.has(same)) continue;
      looked.add(same);
      const ways = operator === undefined ? [[outcome]] : [[outcome], [outcome, 'operator', operator]];
      if (operator !== undefined) terms.add(term(outcome, 'operator', operator));
      for (const about of aboutOf(found)) for (const way of ways) terms.add(term(...way, 'about', ...about));
      if (terms.size > MOST_TERMS) break;
    }
  }
  return [...terms].slice(0, MOST_TERMS);
}

/** Each object of a finding by each of its names, and each two of them. A group of many is spoken of by its first ones. */
function aboutOf(classes: readonly string[]): string[][] {
  const names = [...new Set(classes.slice(0, 8))].map(namesOf);
  const single = names.flat().map((name) => [name]);
  const both = names.flatMap((first, at) =>
    names.slice(at + 1).flatMap((second) => first.flatMap((a) => second.map((b) => pair(a, b)))),
  );
  // Two of the same kind: mugs too close to each other.
  const same = [...new Set(classes)]
    .filter((name) => classes.indexOf(name) !== classes.lastIndexOf(name))
    .flatMap(namesOf)
    .map((name) => pair(name, name));
  return [...single, ...both, ...same];
}

/** The words of which an analysis must have all, the rarest kinds first; empty: any analysis. */
export function filterTerms({ objects = [], outcome, ruleId, operator, calibrationId, about }: TermFilter): string[] {
  const terms: string[] = calibrationId === undefined ? [] : [calibrationTerm(calibrationId)];
  const asked = outcome ?? ((ruleId ?? operator ?? about) ? 'violated' : undefined);
  if (asked !== undefined) {
    if (ruleId !== undefined) terms.push(term(asked, 'rule', ruleId));
    const way = operator === undefined ? [asked] : [asked, 'operator', operator];
    const things = about?.filter((name) => name !== 'object') ?? [];
    if (things.length > 0) terms.push(term(...way, 'about', ...things.toSorted()));
    else if (operator !== undefined || ruleId === undefined) terms.push(term(...way));
  }
  for (const name of new Set(objects)) if (name !== 'object') terms.push(term('object', name));
  return terms;
}
