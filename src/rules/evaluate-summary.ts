import type { UnitSystem } from '../contract/length-unit.ts';
import type { Condition } from '../contract/rule.ts';
import type { Verdict } from '../contract/verdict.ts';
import { AppError } from '../errors.ts';
import type { Scene } from '../scene/types.ts';
import { type Asked, askedBy, type CheckableRule } from './applies.ts';
import { evaluateCondition, NO_PAIR, notApplicable, slackOf, verdictOf } from './evaluate.ts';
import {
  type Counts,
  countOf,
  firstOf,
  holdingOf,
  openOf,
  secondOf,
  type ThresholdTest,
} from './measuring/interval-table.ts';
import type { ConditionContext, OperatorSpec, PairResult } from './measuring/spec.ts';
import { indexOf } from './scene-index.ts';

/** At most this many violated or uncertain verdicts are listed per condition, worst first. */
export const MAX_OPEN = 50;
/** All conditions together list about this many; where there are more, each lists fewer, but never less than its worst. */
export const MAX_LISTED = 1000;
/** The same of what holds, the tightest first: as many per condition, about this many in all, and never less than one. */
export const MAX_HOLDING = 200;
/** More pairs than a server should judge for one image; a guard against hostile input. */
export const MAX_PAIRS = 10_000_000;

/** All findings of one rule, counted. */
export interface Tally {
  readonly rule_id: string;
  readonly violated: number;
  readonly uncertain: number;
  readonly satisfied: number;
  /** What judging it took; what several rules share counts for the first of them. Absent where no clock was given. */
  readonly ms?: number;
}

export interface EvaluationSummary {
  /**
   * For each condition of each rule, in order: what is violated or uncertain, then what is satisfied, the tightest first, up
   * to the bounds above; or why it does not apply.
   */
  readonly verdicts: readonly Verdict[];
  /** One entry for each rule, in order; every finding counts. */
  readonly tallies: readonly Tally[];
  /** Violated and uncertain findings that are counted but not listed. */
  readonly unlisted: number;
}

/** One condition on one scene after judging: what to say is chosen when all are counted. */
interface ConditionResult {
  readonly asked: Asked;
  readonly counts: Counts;
  /** How to find the pairs again; null: they are in `findings`. */
  readonly comparison: ThresholdTest | null;
  readonly findings: readonly PairResult[];
  /** Of those that hold, the tightest, in that order. */
  readonly holding: readonly PairResult[];
}

const NOTHING: Counts = { violated: 0, uncertain: 0, satisfied: 0, tightest: -1, worst: -1 };

/**
 * Checks every condition of every rule on every pair or set that it speaks of, as `evaluateAll` does, but counts first and
 * puts in words only what an answer lists, in `units`. For 1,000 rules on a full desk, which give 150,000 findings. `clock` (ms)
 * times each rule.
 */
export function evaluateSummary(
  rules: readonly CheckableRule[],
  scene: Scene,
  units: UnitSystem = 'metric',
  clock?: () => number,
): EvaluationSummary {
  const index = indexOf(scene);
  const judged: ConditionResult[] = [];
  const tallies: Tally[] = [];
  let work = 0;
  for (const rule of rules) {
    const started = clock?.();
    const tally = { rule_id: rule.rule_id, violated: 0, uncertain: 0, satisfied: 0 };
    for (const asked of askedBy(rule, index, units)) {
      const { ctx, spec, why } = asked;
      work += ctx.first.length * Math.max(1, ctx.second.length);
      if (work > MAX_PAIRS) throw tooMuch(rules.length, scene.objects.length);
      const found = { asked, ...(why === null ? countedOf(ctx, spec) : ABSENT) };
      tally.violated += found.counts.violated;
      tally.uncertain += found.counts.uncertain;
      tally.satisfied += found.counts.satisfied;
      judged.push(found);
    }
    tallies.push(started === undefined ? tally : { ...tally, ms: clock!() - started });
  }
  const most = share(judged, openIn, MAX_LISTED);
  const holding = share(judged, ({ counts }) => counts.satisfied, MAX_HOLDING);
  const verdicts: Verdict[] = [];
  let unlisted = 0;
  for (const one of judged) {
    unlisted += Math.max(0, openIn(one) - most);
    list(one, most, holding, verdicts);
  }
  return { verdicts, tallies, unlisted };
}

const openIn = ({ counts }: ConditionResult) => counts.violated + counts.uncertain;

/** How many verdicts of a kind each condition may list, so that all together are about `limit`. */
function share(judged: readonly ConditionResult[], countIn: (one: ConditionResult) => number, limit: number): number {
  /** How many conditions have a first such finding, a second one, … */
  const nth = new Array<number>(MAX_OPEN).fill(0);
  for (const one of judged) for (let n = Math.min(countIn(one), MAX_OPEN) - 1; n >= 0; n--) nth[n]!++;
  let listed = nth[0]!;
  let most = 1;
  while (most < MAX_OPEN && listed + nth[most]! <= limit) listed += nth[most++]!;
  return most;
}

type Counted = Pick<ConditionResult, 'counts' | 'comparison' | 'findings' | 'holding'>;

const ABSENT: Counted = { counts: NOTHING, comparison: null, findings: [], holding: [] };

function countedOf(ctx: ConditionContext, spec: OperatorSpec): Counted {
  const comparison =
    ctx.condition.attribute === undefined && ctx.timing === undefined ? (spec.compare?.(ctx) ?? null) : null;
  // Without a single pair the operator itself says why.
  if (comparison !== null && comparison.intervals.at.length > 0) {
    return { counts: countOf(comparison), comparison, findings: [], holding: [] };
  }
  const { operator, object1, object2, reference } = ctx.condition;
  const key = `findings ${operator} ${reference ?? ''} ${object1.length} ${object1} ${object2 ?? ''}`;
  return isPlain(ctx.condition) && ctx.timing === undefined
    ? ctx.index.memo(key, () => resultsInFull(ctx, spec))
    : resultsInFull(ctx, spec);
}

/** Whether the findings of a condition depend on its operator and selectors alone. */
const isPlain = (c: Condition): boolean => c.value === undefined && c.attribute === undefined && c.zone === undefined;

function resultsInFull(ctx: ConditionContext, spec: OperatorSpec): Counted {
  const findings: PairResult[] = [];
  let holding: PairResult[] = [];
  const counts = { violated: 0, uncertain: 0, satisfied: 0, not_applicable: 0, tightest: -1, worst: -1 };
  evaluateCondition(spec, ctx, (result) => {
    counts[result.kind]++;
    if (result.kind !== 'satisfied') {
      findings.push({ ...result });
      return;
    }
    holding.push({ ...result });
    if (holding.length > 2 * MAX_OPEN) holding = tightest(holding);
  });
  return { counts, comparison: null, findings, holding: tightest(holding) };
}

const tightest = (holding: readonly PairResult[]): PairResult[] =>
  holding.toSorted((a, b) => compared(slackOf(a), slackOf(b))).slice(0, MAX_OPEN);

const compared = (p: number, q: number) => (p < q ? -1 : p > q ? 1 : 0);

function list(one: ConditionResult, most: number, holds: number, verdicts: Verdict[]): void {
  const { asked, counts, comparison, findings, holding } = one;
  if (asked.why !== null) {
    verdicts.push(notApplicable(asked, asked.why));
    return;
  }
  const say = (result: PairResult) => void verdicts.push(verdictOf(asked, result));
  if (comparison !== null) {
    const { intervals } = comparison;
    const shown = [...openOf(comparison, counts, most), ...holdingOf(comparison, counts, holds)];
    for (const i of shown) evaluateAgain(asked, firstOf(intervals, i), secondOf(intervals, i), say);
    return;
  }
  if (findings.length + holding.length === 0) {
    verdicts.push(notApplicable(asked, NO_PAIR));
    return;
  }
  for (const result of worst(findings, most)) say(result);
  for (const result of holding.slice(0, holds)) say(result);
}

/** The worst ones, violated before uncertain, in the order they came. */
function worst(findings: readonly PairResult[], most: number): readonly PairResult[] {
  if (findings.length <= most) return findings;
  const rank = (f: PairResult) => Number(f.kind !== 'violated');
  const ordered = findings.toSorted((a, b) => rank(a) - rank(b) || compared(slackOf(a), slackOf(b)));
  const kept = new Set(ordered.slice(0, most));
  return findings.filter((f) => kept.has(f));
}

/** The finding about one pair (or one object: b is -1) again, with everything that its sentence needs. */
function evaluateAgain({ spec, ctx }: Asked, a: number, b: number, take: (result: PairResult) => void): void {
  const { evaluatePair, unit } = spec;
  if (evaluatePair === undefined)
    evaluateCondition(spec, { ...ctx, first: [a], second: b < 0 ? ctx.second : [b] }, take);
  else evaluateCondition({ unit, evaluate: (here, sink) => evaluatePair(here, a, b, sink) }, ctx, take);
}

function tooMuch(rules: number, objects: number): AppError {
  return new AppError('RULES_005', {
    message: `These rules on this image speak of more than ${MAX_PAIRS} pairs.`,
    advice: 'Check fewer rules at once, or send fewer detections.',
    details: { rules, objects },
  });
}
