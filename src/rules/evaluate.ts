import type { Judgement, Verdict, VerdictKind } from '../contract/verdict.ts';
import { AppError } from '../errors.ts';
import type { Scene } from '../scene/types.ts';
import { type Asked, askedBy, type CheckableRule } from './applies.ts';
import type { Case, Cause, Finding, OperatorSpec, Sink } from './measuring/spec.ts';
import { indexOf } from './scene-index.ts';
import { hasAttribute } from './select.ts';

/** More findings than a list should hold; a guard against hostile input. */
export const MAX_VERDICTS = 200_000;

/**
 * Checks every condition of every rule on every pair or set that it speaks of, and puts every finding in words; answers
 * to callers come from `assess`, which says the same of what it lists. Pure and total: an unknown is a verdict
 * `uncertain` with its reason, never a guess. Whether a rule is enabled is the caller's business.
 */
export function evaluate(rules: readonly CheckableRule[], scene: Scene): Verdict[] {
  const index = indexOf(scene);
  const verdicts: Verdict[] = [];
  for (const rule of rules) {
    for (const asked of askedBy(rule, index)) {
      if (asked.why !== null) {
        verdicts.push(notApplicable(asked, asked.why));
        continue;
      }
      const before = verdicts.length;
      judge(asked.spec, asked.on, (finding) => {
        if (verdicts.length >= MAX_VERDICTS) throw tooMany(rules.length, scene.objects.length);
        verdicts.push(verdictOf(asked, finding));
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
export function judge(spec: Pick<OperatorSpec, 'judge' | 'unit'>, on: Case, take: (finding: Finding) => void): void {
  const finding: Finding = {
    kind: 'satisfied',
    a: -1,
    b: -1,
    members: null,
    measured: Number.NaN,
    half: Number.NaN,
    margin: Number.NaN,
    cause: 'measured',
    unseen: false,
  };
  const { attribute } = on.condition;
  const sink: Sink = (
    kind: VerdictKind,
    a: number,
    b: number,
    measured: number,
    half: number,
    margin: number,
    cause: Cause,
    members?: readonly number[],
  ) => {
    finding.unseen =
      kind === 'violated' && attribute !== undefined && spec.unit !== 'count' && !surely(on, a, members, attribute);
    finding.kind = finding.unseen ? 'uncertain' : kind;
    finding.a = a;
    finding.b = b;
    finding.members = members ?? null;
    finding.measured = measured;
    finding.half = half;
    finding.margin = margin;
    finding.cause = cause;
    take(finding);
  };
  spec.judge(on, sink);
}

function surely(on: Case, a: number, members: readonly number[] | undefined, attribute: string): boolean {
  return (members ?? [a]).every((m) => hasAttribute(on.index.things[m]!, attribute) === true);
}

export function judgementOf(rule_id: string, condition: number, spec: OperatorSpec, on: Case, f: Finding): Judgement {
  const { things } = on.index;
  const members = f.members ?? (f.a < 0 ? [] : f.b < 0 ? [f.a] : [f.a, f.b]);
  return {
    rule_id,
    condition,
    operator: spec.name,
    verdict: f.kind,
    objects: members.map((m) => things[m]!.id),
    measured: known(f.measured),
    required: spec.required(on.condition),
    uncertainty: known(f.half),
    margin: known(f.margin),
    unit: spec.unit,
  };
}

export function verdictOf({ rule_id, position, spec, on }: Asked, f: Finding): Verdict {
  const reason = f.unseen ? `${spec.explain(on, f)}; ${cannotBeSeen(on, f)}` : spec.explain(on, f);
  return { ...judgementOf(rule_id, position, spec, on, f), reason };
}

/** What is left of a margin after the error; endless where there is no margin. */
export const slackOf = (f: Finding): number => (Number.isNaN(f.margin) ? Number.POSITIVE_INFINITY : f.margin - f.half);

const cannotBeSeen = (on: Case, f: Finding) =>
  `that matters only if ${on.index.names[f.a] ?? 'it'} is ${on.condition.attribute}, which an image does not show`;

/** Micrometres are enough; NaN is unknown. */
function known(value: number): number | null {
  return Number.isFinite(value) ? Math.round(value * 1000) / 1000 + 0 : null;
}

export const NO_PAIR = 'there is no pair of objects to check';

export function notApplicable({ rule_id, position, spec, on }: Asked, reason: string): Verdict {
  return {
    rule_id,
    condition: position,
    operator: spec.name,
    verdict: 'not_applicable',
    objects: [],
    measured: null,
    required: spec.required(on.condition),
    uncertainty: null,
    margin: null,
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
