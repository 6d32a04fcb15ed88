import type { Analysis } from '../contract/analysis.ts';
import { membersOf } from '../contract/objects.ts';
import type { TermFilter } from '../contract/search-terms.ts';
import type { Verdict } from '../contract/verdict.ts';

const SHOWN = 2;
const RANK = { violated: 0, uncertain: 1, satisfied: 2, not_applicable: 3 } as const;

/** The findings of an analysis for which it was found; where no finding was asked for, the open ones. The first few. */
export function askedFindings(
  { rules, objects }: Analysis,
  { outcome, ruleId, operator, about }: TermFilter,
): Verdict[] {
  const asked = outcome ?? ((ruleId ?? operator ?? about) ? 'violated' : undefined);
  const classes = new Map(objects.map((one) => [one.id, one.class]));
  const fits = (finding: Verdict): boolean =>
    (asked === undefined ? RANK[finding.verdict] < RANK.satisfied : finding.verdict === asked) &&
    (ruleId === undefined || finding.rule_id === ruleId) &&
    (operator === undefined || finding.operator === operator) &&
    isAbout(
      finding.objects.map((id) => classes.get(id) ?? ''),
      about ?? [],
    );
  return rules
    .filter(fits)
    .toSorted((a, b) => RANK[a.verdict] - RANK[b.verdict])
    .slice(0, SHOWN);
}

/** Each name stands for another one of the objects. */
function isAbout(classes: readonly string[], names: readonly string[]): boolean {
  const [first, ...others] = names;
  if (first === undefined) return true;
  return classes.some((name, at) => {
    const is = first === 'object' || membersOf(first).includes(name);
    return is && isAbout(classes.toSpliced(at, 1), others);
  });
}
