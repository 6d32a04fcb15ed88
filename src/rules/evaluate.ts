import { checkpoint } from '../checkpoint.ts';
import type { Timing } from '../contract/timing.ts';
import type { Verdict, VerdictKind, VerdictNumbers } from '../contract/verdict.ts';
import { AppError } from '../errors.ts';
import type { Scene } from '../scene/types.ts';
import { type Asked, askedBy, type CheckableRule } from './applies.ts';
import type { ConditionContext, OperatorSpec, PairResult, ResultCode, ResultSink } from './measuring/spec.ts';
import { heldAt, holds } from './probability.ts';
import { indexOf } from './scene-index.ts';
import { hasAttribute } from './select.ts';

/** More findings than a list should hold; a guard against hostile input. */
export const MAX_VERDICTS = 200_000;

/**
 * Checks every condition of every rule on every pair or set that it speaks of, and puts every finding in words; answers
 * to callers come from `evaluateSummary`, which says the same of what it lists. Pure and total: an unknown is a verdict
 * `uncertain` with its reason, never a guess. Whether a rule is enabled is the caller's business.
 */
export function evaluateAll(rules: readonly CheckableRule[], scene: Scene): Verdict[] {
  const index = indexOf(scene);
  const verdicts: Verdict[] = [];
  for (const rule of rules) {
    for (const asked of askedBy(rule, index)) {
      if (asked.why !== null) {
        verdicts.push(notApplicable(asked, asked.why));
        continue;
      }
      const before = verdicts.length;
      evaluateCondition(asked.spec, asked.ctx, (result) => {
        if (verdicts.length >= MAX_VERDICTS) throw tooMany(rules.length, scene.objects.length);
        verdicts.push(verdictOf(asked, result));
      });
      if (verdicts.length === before) verdicts.push(notApplicable(asked, NO_PAIR));
    }
  }
  return verdicts;
}

/**
 * Runs one operator. A broken rule about an attribute that the image does not show is only possibly broken. `take` gets
 * one finding object again and again: copy what is to be kept.
 */
export function evaluateCondition(
  spec: Pick<OperatorSpec, 'evaluate' | 'unit'>,
  ctx: ConditionContext,
  take: (result: PairResult) => void,
): void {
  const result: PairResult = {
    kind: 'satisfied',
    a: -1,
    b: -1,
    members: null,
    measured: Number.NaN,
    half: Number.NaN,
    margin: Number.NaN,
    code: 'measured',
    probability: Number.NaN,
    unseen: false,
    untimed: false,
  };
  const { attribute } = ctx.condition;
  const sink: ResultSink = (
    kind: VerdictKind,
    a: number,
    b: number,
    measured: number,
    half: number,
    margin: number,
    code: ResultCode,
    members?: readonly number[],
    probability?: number,
  ) => {
    checkpoint();
    result.unseen =
      kind === 'violated' &&
      attribute !== undefined &&
      spec.unit !== 'count' &&
      !allHaveAttribute(ctx, a, members, attribute);
    // One photo does not tell how long, nor at what hour.
    result.kind = result.unseen || (kind === 'violated' && ctx.timing !== undefined) ? 'uncertain' : kind;
    result.untimed = kind === 'violated' && ctx.timing !== undefined;
    result.a = a;
    result.b = b;
    result.members = members ?? null;
    result.measured = measured;
    result.half = half;
    result.margin = margin;
    result.code = code;
    result.probability = probability ?? Number.NaN;
    take(result);
  };
  spec.evaluate(ctx, sink);
}

function allHaveAttribute(
  ctx: ConditionContext,
  a: number,
  members: readonly number[] | undefined,
  attribute: string,
): boolean {
  return (members ?? [a]).every((m) => hasAttribute(ctx.index.entities[m]!, attribute) === true);
}

export function verdictNumbersOf(
  rule_id: string,
  condition: number,
  spec: OperatorSpec,
  ctx: ConditionContext,
  f: PairResult,
): VerdictNumbers {
  const { entities } = ctx.index;
  const members = f.members ?? (f.a < 0 ? [] : f.b < 0 ? [f.a] : [f.a, f.b]);
  return {
    rule_id,
    condition,
    operator: spec.name,
    verdict: f.kind,
    objects: members.map((m) => entities[m]!.id),
    measured: known(f.measured),
    required: spec.required(ctx.condition),
    uncertainty: known(f.half),
    margin: known(f.margin),
    probability: spec.unit === 'count' ? null : known(holds(f)),
    unit: spec.unit,
  };
}

export function verdictOf({ rule_id, position, spec, ctx }: Asked, f: PairResult): Verdict {
  // Once for sentence and numbers.
  f.probability = heldAt(f);
  const said = f.unseen ? `${spec.explain(ctx, f)}; ${cannotBeSeen(ctx, f)}` : spec.explain(ctx, f);
  const reason = f.untimed && ctx.timing !== undefined ? `${said}; ${notFromOnePhoto(ctx.timing)}` : said;
  return { ...verdictNumbersOf(rule_id, position, spec, ctx, f), reason };
}

/** That a camera has to watch: one photo shows what is so, and not since when or at what hour. */
const notFromOnePhoto = (timing: Timing): string =>
  timing.for_seconds === undefined
    ? 'the rule holds at its hours, and one photo does not tell the time'
    : 'the rule allows it for a while, and one photo does not tell how long it lasts';

/** What is left of a margin after the error; endless where there is no margin. */
export const slackOf = (f: PairResult): number =>
  Number.isNaN(f.margin) ? Number.POSITIVE_INFINITY : f.margin - f.half;

const cannotBeSeen = (ctx: ConditionContext, f: PairResult) =>
  `that matters only if ${ctx.index.names[f.a] ?? 'it'} is ${ctx.condition.attribute}, which an image does not show`;

/** Micrometres, or thousandths, are enough; NaN is unknown. */
function known(value: number): number | null {
  return Number.isFinite(value) ? Math.round(value * 1000) / 1000 + 0 : null;
}

export const NO_PAIR = 'there is no pair of objects to check';

export function notApplicable({ rule_id, position, spec, ctx }: Asked, reason: string): Verdict {
  return {
    rule_id,
    condition: position,
    operator: spec.name,
    verdict: 'not_applicable',
    objects: [],
    measured: null,
    required: spec.required(ctx.condition),
    uncertainty: null,
    margin: null,
    probability: null,
    unit: spec.unit,
    reason,
  };
}

function tooMany(rules: number, objects: number): AppError {
  return new AppError('RULES_005', {
    message: `These rules on this image give more than ${MAX_VERDICTS} verdicts.`,
    advice: 'Check fewer rules at once, or send fewer detections.',
    details: { rules, objects },
  });
}
