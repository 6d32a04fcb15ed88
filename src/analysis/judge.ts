import type { DrawnVerdict, DrawState } from '../annotate/state.ts';
import type { Analysis } from '../contract/analysis.ts';
import type { CheckedRequest } from '../contract/analyze-request.ts';
import type { BoxNoise } from '../contract/box-noise.ts';
import type { Detection } from '../contract/detection.ts';
import type { ImageGradient } from '../contract/image-gradient.ts';
import type { Rule } from '../contract/rule.ts';
import type { Verdict } from '../contract/verdict.ts';
import { DEFAULT_OPTIONS, propose } from '../placement/propose.ts';
import type { Computation } from '../ports/computing.ts';
import type { Outcome } from '../ports/records.ts';
import { type EvaluationSummary, evaluateSummary } from '../rules/evaluate-summary.ts';
import { OPERATOR_SPECS } from '../rules/operators/catalogue.ts';
import { withTableSeen } from '../scene/plain/table-seen.ts';
import type { Scene } from '../scene/types.ts';
import { coverageWarnings } from './coverage-warnings.ts';
import { feedback } from './feedback/feedback.ts';
import { movableOf, nothingMovable } from './movable.ts';
import { describeCalibration, describeObject, describePositioning, describeVerdict } from './report.ts';

/** A measured scene and what is asked of it, without the image's bytes. */
export interface Judging {
  readonly scene: Scene;
  /** Null or absent: there is no image, or it could not be read in time. */
  readonly gradient?: ImageGradient | null;
  readonly rules: readonly Rule[];
  readonly asked: Pick<CheckedRequest, 'movable' | 'strategy' | 'include_feedback' | 'units'>;
  readonly image: Analysis['image'];
  readonly model: Analysis['model'];
  /** What the answer supposes about the boxes. */
  readonly assumptions: readonly string[];
  /** Of the image and of the model. */
  readonly warnings: readonly string[];
  /** Enabled rules that could not be read, so that nothing was checked by them. */
  readonly unreadableRules?: number;
}

/** The answer but for its identity, which whoever stores it gives. */
export interface Judged {
  readonly content: Omit<Analysis, 'analysis_id' | 'timestamp' | 'cached' | 'processing_time_ms'>;
  /** All that is needed to draw it again. */
  readonly state: DrawState;
  readonly outcomes: readonly Outcome[];
  readonly times: readonly RuleTime[];
  /** Of who looks again and again: what the scene alone does not say. Absent: nobody asked for it. */
  readonly seen?: Seen;
}

export interface Seen {
  readonly boxNoise: BoxNoise;
  /** What was found and is not believed. */
  readonly faint: readonly Detection[];
  readonly warnings: readonly string[];
}

/** What judging one rule took. */
export interface RuleTime {
  readonly rule_id: string;
  readonly ms: number;
}

/** Scene and rules become verdicts, moves and words. */
export const JUDGE: Computation<Judging, Judged> = {
  name: 'judge',
  run: judge,
  ms: ({ scene, rules, asked }) => judgingMs(scene.objects, rules, asked.movable),
};

/** Of one pair under one condition, and of finding a place for one object under one condition, ms. */
const MS = { pair: 0.0005, place: 1, eachPlace: 0.3 } as const;

/** `id`: not known before they are measured. */
type Named = { readonly class: string; readonly id?: string };

/** About what judging these takes, ms. */
export function judgingMs(
  objects: readonly Named[],
  rules: readonly Pick<Rule, 'conditions'>[],
  names: readonly string[] = DEFAULT_OPTIONS.movable,
): number {
  const movable = objects.filter((o) => names.includes(o.class) || (o.id !== undefined && names.includes(o.id))).length;
  const conditions = rules.reduce((sum, rule) => sum + rule.conditions.length, 0);
  return MS.pair * objects.length ** 2 * conditions + movable * (MS.place + MS.eachPlace * conditions);
}

function judge({
  scene,
  gradient = null,
  rules,
  asked,
  image,
  model,
  assumptions,
  warnings: before,
  unreadableRules = 0,
}: Judging): Judged {
  const looked = gradient !== null && rules.some(asksForEdge) ? withTableSeen(scene, gradient) : scene;
  const assessed = evaluateSummary(rules, looked, asked.units, () => performance.now());
  const { verdicts, unlisted } = assessed;
  const movable = asked.movable && movableOf(asked.movable, scene);
  const placement = propose(looked, rules, {
    units: asked.units,
    gradient,
    ...(asked.strategy && { strategy: asked.strategy }),
    ...(movable && { movable: movable.names }),
  });
  const objects = scene.objects.map((object) => describeObject(scene, object));
  const described = verdicts.map(describeVerdict);
  return {
    content: {
      image,
      model,
      detections: objects.filter((o) => o.class === 'mug'),
      objects,
      calibration: describeCalibration(scene, assumptions),
      ...(asked.units === 'imperial' && { units: asked.units }),
      rules: described,
      findings: total(assessed),
      positioning: describePositioning(scene, placement),
      feedback: asked.include_feedback
        ? feedback(scene, rules, verdicts, placement, { units: asked.units, unlisted, unreadableRules })
        : null,
      warnings: [
        ...before,
        ...(movable?.warnings.length
          ? movable.warnings
          : nothingMovable(scene, verdicts, movable?.names ?? DEFAULT_OPTIONS.movable)),
        ...coverageWarnings(rules, scene),
        ...warnings(scene.calibration.reason, rules.length + unreadableRules, unlisted),
      ],
    },
    state: { scene: looked, verdicts: drawn(described, rules), moves: placement.moves },
    outcomes: outcomes(assessed),
    times: assessed.tallies.flatMap(({ rule_id, ms }) => (ms === undefined ? [] : [{ rule_id, ms }])),
  };
}

function warnings(calibrationReason: string | null, ruleCount: number, unlisted: number): string[] {
  const more = unlisted === 1 ? '1 more finding is' : `${unlisted} more findings are`;
  return [
    ...(calibrationReason ? [calibrationReason] : []),
    ...(ruleCount === 0 ? ['No rule is enabled, so nothing was checked.'] : []),
    ...(unlisted > 0 ? [`${more} violated or uncertain but not listed: each rule lists its worst ones.`] : []),
  ];
}

function drawn(verdicts: readonly Verdict[], rules: readonly Rule[]): DrawnVerdict[] {
  const byId = new Map(rules.map((rule) => [rule.rule_id, rule]));
  return verdicts.map((verdict) => {
    const { zone, reference } = byId.get(verdict.rule_id)?.conditions[verdict.condition] ?? {};
    return { ...verdict, ...(zone !== undefined && { zone }), ...(reference !== undefined && { reference }) };
  });
}

function total({ tallies }: EvaluationSummary): Analysis['findings'] {
  const sum = { violated: 0, uncertain: 0, satisfied: 0 };
  for (const tally of tallies) {
    sum.violated += tally.violated;
    sum.uncertain += tally.uncertain;
    sum.satisfied += tally.satisfied;
  }
  return sum;
}

/** All findings of an analysis, listed or not, as counts for the log. */
function outcomes({ tallies }: EvaluationSummary): Outcome[] {
  const kinds = ['violated', 'uncertain', 'satisfied'] as const;
  return tallies.flatMap((tally) =>
    kinds.flatMap((verdict) => {
      const count = tally[verdict];
      return count > 0 ? [{ rule_id: tally.rule_id, verdict, count }] : [];
    }),
  );
}

const asksForEdge = ({ conditions }: Rule) => conditions.some((c) => OPERATOR_SPECS[c.operator].ends === 'table');
