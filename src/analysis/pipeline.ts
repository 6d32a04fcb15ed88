import type { DrawnVerdict, DrawState } from '../annotate/state.ts';
import type { Analysis } from '../contract/analysis.ts';
import type { CheckedRequest } from '../contract/analyze-request.ts';
import { type BoxNoise, UNKNOWN_BOX_NOISE } from '../contract/box-noise.ts';
import type { Rule } from '../contract/rule.ts';
import { notChecked } from '../contract/unreadable.ts';
import type { Verdict } from '../contract/verdict.ts';
import type { Image } from '../image/image.ts';
import { DEFAULT_OPTIONS, propose } from '../placement/propose.ts';
import type { Detector, DetectResult } from '../ports/detector.ts';
import type { Outcome, StoredCalibration } from '../ports/records.ts';
import { type EvaluationSummary, evaluateSummary } from '../rules/evaluate-summary.ts';
import { buildScene } from '../scene/build.ts';
import type { SceneInput } from '../scene/input.ts';
import { coverageWarnings } from './coverage-warnings.ts';
import { feedback } from './feedback/feedback.ts';
import { movableOf, nothingMovable } from './movable.ts';
import { namedTwice, ownDetections } from './own-detections.ts';
import { describeCalibration, describeObject, describePositioning, describeVerdict } from './report.ts';

/** What was found, by a model or by the caller, who needs none. */
type Seen = Omit<DetectResult, 'model' | 'classRecall'> &
  Partial<Pick<DetectResult, 'classRecall'>> & { readonly model: DetectResult['model'] | null };

/** What stands in for the image when the caller gave detections and a size only. */
export type Source = { readonly image: Image | null; readonly width: number; readonly height: number };

/** Everything that the answer to one image follows from. */
export interface PipelineInput {
  readonly request: CheckedRequest;
  readonly source: Source;
  readonly calibration: StoredCalibration | null;
  readonly rules: readonly Rule[];
  /** Ids of rules that should be checked as well and cannot be read. */
  readonly unreadable?: readonly string[];
  readonly signal: AbortSignal;
  /** Called before each stage; may throw to stop. */
  readonly step: (stage: 'detect' | 'measure' | 'check') => void;
}

/** The answer but for its identity, which whoever stores it gives. */
export interface PipelineResult {
  readonly content: Omit<Analysis, 'analysis_id' | 'timestamp' | 'cached' | 'processing_time_ms'>;
  /** All that is needed to draw it again. */
  readonly state: DrawState;
  readonly outcomes: readonly Outcome[];
}

/**
 * image → detections → scene → verdicts → moves, in memory: no store, no cache, no event. The service stands around it
 * here; a worker on another machine needs this part alone.
 */
export async function runPipeline(detector: Detector, input: PipelineInput): Promise<PipelineResult> {
  const { request, source, calibration, rules, unreadable = [], signal, step } = input;
  step('detect');
  const seen = await detect(detector, request, source, signal);
  step('measure');
  const scene = buildScene(sceneInput(request, source, seen, calibration));
  step('check');
  const assessed = evaluateSummary(rules, scene);
  const { verdicts, unlisted } = assessed;
  const movable = request.movable && movableOf(request.movable, scene);
  const placement = propose(scene, rules, {
    ...(request.strategy && { strategy: request.strategy }),
    ...(movable && { movable: movable.names }),
  });
  const objects = scene.objects.map((object) => describeObject(scene, object));
  const described = verdicts.map(describeVerdict);
  return {
    content: {
      image: { width: source.width, height: source.height, sha256: source.image?.sha256 ?? null },
      model: seen.model && { ...seen.model, box_noise: seen.boxNoise.sigma },
      detections: objects.filter((o) => o.class === 'mug'),
      objects,
      calibration: describeCalibration(scene, assumptions(request, seen.boxNoise)),
      rules: described,
      findings: total(assessed),
      positioning: describePositioning(scene, placement),
      feedback: request.include_feedback
        ? feedback(scene, rules, verdicts, placement, { locale: request.units, unlisted })
        : null,
      warnings: [
        ...(source.image?.warnings ?? []),
        ...notChecked(unreadable),
        ...(seen.warnings ?? []),
        ...(request.detections ? namedTwice(scene) : []),
        ...(movable?.warnings ?? []),
        ...nothingMovable(scene, verdicts, movable?.names ?? DEFAULT_OPTIONS.movable),
        ...coverageWarnings(rules, scene),
        ...warnings(scene.calibration.reason, rules.length + unreadable.length, unlisted),
      ],
    },
    state: { scene, verdicts: drawn(described, rules), moves: placement.moves },
    outcomes: outcomes(assessed),
  };
}

export const detectOptions = (request: CheckedRequest, signal: AbortSignal) => ({
  signal,
  ...(request.threshold !== undefined && { threshold: request.threshold }),
  ...(request.inference !== undefined && { inference: request.inference }),
});

async function detect(detector: Detector, request: CheckedRequest, source: Source, signal: AbortSignal): Promise<Seen> {
  if (request.detections || !source.image) {
    const boxNoise = request.box_noise === undefined ? UNKNOWN_BOX_NOISE : { sigma: request.box_noise };
    return { ...ownDetections(request.detections ?? []), model: null, boxNoise };
  }
  return detector.detect(source.image, detectOptions(request, signal));
}

function sceneInput(request: CheckedRequest, source: Source, seen: Seen, stored: StoredCalibration | null): SceneInput {
  return {
    width: source.width,
    height: source.height,
    detections: seen.detections,
    boxNoise: seen.boxNoise,
    ...(seen.classRecall && { classRecall: seen.classRecall }),
    focal35mm: source.image?.focal35mm ?? null,
    calibration: request.calibration ?? null,
    ...(stored && {
      storedCalibration: { calibration: stored.calibration, width: stored.width, height: stored.height },
    }),
    zones: [...(stored?.zones ?? []), ...(request.zones ?? [])],
    tablePx: request.table_corners ?? stored?.tablePx ?? null,
    context: request.context ?? null,
  };
}

/** What the answer supposes about the boxes. */
function assumptions(request: CheckedRequest, boxNoise: BoxNoise): string[] {
  if (boxNoise !== UNKNOWN_BOX_NOISE) return [];
  const supposed = `box edges are right to ${100 * UNKNOWN_BOX_NOISE.sigma} % of the box (one sigma)`;
  return [request.detections ? `${supposed}: give box_noise where they are better` : supposed];
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
