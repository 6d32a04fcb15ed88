import type { Condition } from '../contract/rule.ts';
import type { Verdict } from '../contract/verdict.ts';
import { AppError } from '../errors.ts';
import type { Scene } from '../scene/types.ts';
import { type Asked, askedBy, type CheckableRule } from './applies.ts';
import { judge, NO_PAIR, notApplicable, slackOf, verdictOf } from './evaluate.ts';
import { type Comparison, type Counts, countOf, firstOf, openOf, secondOf } from './measuring/bands.ts';
import type { Case, Finding, OperatorSpec } from './measuring/spec.ts';
import { indexOf } from './scene-index.ts';

/** Of one condition at most so many violated and uncertain verdicts are listed, the worst ones. */
export const MAX_OPEN = 50;
/** All conditions together list about this many; where there are more, each lists fewer, but never less than its worst. */
export const MAX_LISTED = 1000;
/** More pairs than a server should judge for one image; a guard against hostile input. */
export const MAX_JUDGED = 10_000_000;

/** All findings of one rule, counted. */
export interface Tally {
  readonly rule_id: string;
  readonly violated: number;
  readonly uncertain: number;
  readonly satisfied: number;
}

export interface Assessment {
  /**
   * For each condition of each rule, in order: what is violated or uncertain, up to the bounds above, and the tightest of
   * what is satisfied; or why it does not apply.
   */
  readonly verdicts: readonly Verdict[];
  /** One entry for each rule, in order; every finding counts. */
  readonly tallies: readonly Tally[];
  /** Violated and uncertain findings that are counted but not listed. */
  readonly unlisted: number;
}

/** One condition on one scene after judging: what to say is chosen when all are counted. */
interface Judged {
  readonly asked: Asked;
  readonly counts: Counts;
  /** How to find the pairs again; null: they are in `findings`. */
  readonly comparison: Comparison | null;
  readonly findings: readonly Finding[];
}

const NOTHING: Counts = { violated: 0, uncertain: 0, satisfied: 0, tightest: -1, worst: -1 };

/**
 * Checks every condition of every rule on every pair or set that it speaks of, as `evaluate` does, but counts first and
 * puts in words only what an answer lists. For 1,000 rules on a full desk, which give 150,000 findings.
 */
export function assess(rules: readonly CheckableRule[], scene: Scene): Assessment {
  const index = indexOf(scene);
  const judged: Judged[] = [];
  const tallies: Tally[] = [];
  let work = 0;
  for (const rule of rules) {
    const tally = { rule_id: rule.rule_id, violated: 0, uncertain: 0, satisfied: 0 };
    for (const asked of askedBy(rule, index)) {
      const { on, spec, why } = asked;
      work += on.first.length * Math.max(1, on.second.length);
      if (work > MAX_JUDGED) throw tooMuch(rules.length, scene.objects.length);
      const found = { asked, ...(why === null ? countedOf(on, spec) : ABSENT) };
      tally.violated += found.counts.violated;
      tally.uncertain += found.counts.uncertain;
      tally.satisfied += found.counts.satisfied;
      judged.push(found);
    }
    tallies.push(tally);
  }
  const most = share(judged);
  const verdicts: Verdict[] = [];
  let unlisted = 0;
  for (const one of judged) {
    unlisted += Math.max(0, openIn(one) - most);
    list(one, most, verdicts);
  }
  return { verdicts, tallies, unlisted };
}

const openIn = ({ counts }: Judged) => counts.violated + counts.uncertain;

/** How many open verdicts each condition may list. */
function share(judged: readonly Judged[]): number {
  /** How many conditions have a first open finding, a second one, … */
  const nth = new Array<number>(MAX_OPEN).fill(0);
  for (const one of judged) for (let n = Math.min(openIn(one), MAX_OPEN) - 1; n >= 0; n--) nth[n]!++;
  let listed = nth[0]!;
  let most = 1;
  while (most < MAX_OPEN && listed + nth[most]! <= MAX_LISTED) listed += nth[most++]!;
  return most;
}

type Counted = Pick<Judged, 'counts' | 'comparison' | 'findings'>;

const ABSENT: Counted = { counts: NOTHING, comparison: null, findings: [] };

function countedOf(on: Case, spec: OperatorSpec): Counted {
  const comparison = on.condition.attribute === undefined ? (spec.compare?.(on) ?? null) : null;
  // Without a single pair the operator itself says why.
  if (comparison !== null && comparison.bands.at.length > 0) {
    return { counts: countOf(comparison), comparison, findings: [] };
  }
  const { operator, object1, object2, reference } = on.condition;
  const key = `findings ${operator} ${reference ?? ''} ${object1.length} ${object1} ${object2 ?? ''}`;
  return isPlain(on.condition) ? on.index.memo(key, () => judgedInFull(on, spec)) : judgedInFull(on, spec);
}

/** Whether the findings of a condition depend on its operator and selectors alone. */
const isPlain = (c: Condition): boolean => c.value === undefined && c.attribute === undefined && c.zone === undefined;

function judgedInFull(on: Case, spec: OperatorSpec): Counted {
  const findings: Finding[] = [];
  const counts = { violated: 0, uncertain: 0, satisfied: 0, not_applicable: 0, tightest: -1, worst: -1 };
  judge(spec, on, (finding) => {
    counts[finding.kind]++;
    if (finding.kind === 'satisfied') {
      const best = findings[counts.tightest];
      if (best === undefined) counts.tightest = findings.length;
      else {
        if (slackOf(finding) < slackOf(best)) findings[counts.tightest] = { ...finding };
        return;
      }
    }
    findings.push({ ...finding });
  });
  return { counts, comparison: null, findings };
}

function list(one: Judged, most: number, verdicts: Verdict[]): void {
  const { asked, counts, comparison } = one;
  if (asked.why !== null) {
    verdicts.push(notApplicable(asked, asked.why));
    return;
  }
  const say = (finding: Finding) => void verdicts.push(verdictOf(asked, finding));
  if (comparison !== null) {
    const { bands } = comparison;
    const shown = openOf(comparison, counts, most);
    if (counts.tightest >= 0) shown.push(counts.tightest);
    for (const i of shown) judgeOne(asked, firstOf(bands, i), secondOf(bands, i), say);
    return;
  }
  if (one.findings.length === 0) {
    verdicts.push(notApplicable(asked, NO_PAIR));
    return;
  }
  const tightest = one.findings[counts.tightest];
  const open = one.findings.filter((f) => f !== tightest);
  for (const finding of worst(open, most)) say(finding);
  if (tightest !== undefined) say(tightest);
}

/** The worst ones, violated before uncertain, in the order they came. */
function worst(findings: readonly Finding[], most: number): readonly Finding[] {
  if (findings.length <= most) return findings;
  const rank = (f: Finding) => Number(f.kind !== 'violated');
  const ordered = findings.toSorted((a, b) => {
    const [p, q] = [slackOf(a), slackOf(b)];
    return rank(a) - rank(b) || (p < q ? -1 : p > q ? 1 : 0);
  });
  const kept = new Set(ordered.slice(0, most));
  return findings.filter((f) => kept.has(f));
}

/** The finding about one pair (or one thing: b is -1) again, with everything that its sentence needs. */
function judgeOne({ spec, on }: Asked, a: number, b: number, take: (finding: Finding) => void): void {
  const { judgePair, unit } = spec;
  if (judgePair === undefined) judge(spec, { ...on, first: [a], second: b < 0 ? on.second : [b] }, take);
  else judge({ unit, judge: (here, sink) => judgePair(here, a, b, sink) }, on, take);
}

function tooMuch(rules: number, objects: number): AppError {
  return new AppError('RULES_005', {
    message: `These rules on this image speak of more than ${MAX_JUDGED} pairs.`,
    advice: 'Check fewer rules at once, or send fewer detections.',
    details: { rules, objects },
  });
}
