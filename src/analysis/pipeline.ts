import type { CheckedRequest } from '../contract/analyze-request.ts';
import { type BoxNoise, UNKNOWN_BOX_NOISE } from '../contract/box-noise.ts';
import type { ZoneInput } from '../contract/calibration.ts';
import type { Detection } from '../contract/detection.ts';
import type { ImageGradient } from '../contract/image-gradient.ts';
import type { Priority } from '../contract/priority.ts';
import type { Rule } from '../contract/rule.ts';
import type { SeenTags } from '../contract/seen-tag.ts';
import { notChecked } from '../contract/unreadable.ts';
import type { Image } from '../image/image.ts';
import type { Computing } from '../ports/computing.ts';
import type { Detector, DetectResult } from '../ports/detector.ts';
import type { StoredCalibration } from '../ports/records.ts';
import { zoneKey } from '../rules/halves.ts';
import type { SceneInput } from '../scene/input.ts';
import type { Scene } from '../scene/types.ts';
import { ALONE, type AnalysisGate } from './gate/gate.ts';
import { JUDGE, type Judged, judgingMs } from './judge.ts';
import { MEASURE, OBJECT_MS } from './measure.ts';
import { namedTwice, ownDetections } from './own-detections.ts';

/** What was found, by a model or by the caller, who needs none. */
type Seen = Omit<DetectResult, 'model' | 'classRecall'> &
  Partial<Pick<DetectResult, 'classRecall'>> & { readonly model: DetectResult['model'] | null };

/** What stands in for the image when the caller gave detections and a size only. */
export type Source = { readonly image: Image | null; readonly width: number; readonly height: number };

/** What looks at the pixels, and what computes. */
export interface PipelineParts {
  readonly detector: Detector;
  /** How the image's brightness changes; null where finding out takes too long. */
  readonly readGradient: (image: Image, signal?: AbortSignal) => Promise<ImageGradient | null>;
  /** Tags of the printed sheet; null where finding out takes too long. Absent: nobody looks for them. */
  readonly readMarkers?: (image: Image, signal?: AbortSignal) => Promise<SeenTags | null>;
  readonly computing: Computing;
  /** Where images wait for their turn. Absent: whoever calls sees to that. */
  readonly gate?: AnalysisGate;
  /** Where boxes without an image do that take long: they need other threads than images. Absent: they never wait. */
  readonly boxesGate?: AnalysisGate;
}

/** Everything that the answer to one image follows from. */
export interface PipelineInput {
  readonly request: CheckedRequest;
  readonly source: Source;
  readonly calibration: StoredCalibration | null;
  readonly rules: readonly Rule[];
  /** Ids of rules that should be checked as well and cannot be read. */
  readonly unreadable?: readonly string[];
  /** Nobody knows which rules are stored. */
  readonly rulesNotRead?: boolean;
  readonly signal: AbortSignal;
  /** Among what waits for the model; normal when absent. */
  readonly priority?: Priority;
  /** As of the detector's options: what is not believed is told too. */
  readonly faint?: number;
  /** Who shares the time of this process with others, and when the time for this image is over, ms of `performance`. */
  readonly caller?: string;
  readonly until?: number;
  /** What is asked, the same each time. */
  readonly question?: string;
  /** Called before each stage; may throw to stop. */
  readonly step: (stage: 'detect' | 'measure' | 'check') => void;
}

/**
 * image → detections → scene → verdicts → moves: no store, no cache, no event. The service stands around it here; a
 * worker on another machine needs this part alone. Throws SYSTEM_002 or RATE_001 where the gate has no place.
 */
export function runPipeline(parts: PipelineParts, input: PipelineInput): Promise<Judged> {
  return inTurn(parts, input, () => pipeline(parts, input));
}

type Gates = Pick<PipelineParts, 'gate' | 'boxesGate'>;
/** What its time follows from. */
type Costly = Pick<PipelineInput, 'rules'> & {
  readonly source: Pick<Source, 'image'>;
  readonly request: Pick<CheckedRequest, 'movable'> & {
    readonly detections?: readonly { readonly class: string }[] | undefined;
  };
};

/** Where it waits for its turn; boxes that cost little wait nowhere. */
export function gateFor({ gate, boxesGate }: Gates, { source, request, rules }: Costly): AnalysisGate | undefined {
  if (source.image !== null) return gate;
  const { detections = [], movable } = request;
  return OBJECT_MS * detections.length + judgingMs(detections, rules, movable) > LIGHT_MS ? boxesGate : undefined;
}

/** What boxes may take that need not wait, ms: about what needs no thread. */
const LIGHT_MS = 40;

export function inTurn<T>(
  parts: Gates,
  about: Costly & Pick<PipelineInput, 'signal' | 'priority' | 'caller' | 'until' | 'question'>,
  work: () => Promise<T>,
): Promise<T> {
  const { signal, priority = 'normal', caller = ALONE, until = Number.POSITIVE_INFINITY, question = null } = about;
  const gate = gateFor(parts, about);
  return gate === undefined ? work() : gate.run({ caller, priority, until, signal, question }, work);
}

async function pipeline(parts: PipelineParts, input: PipelineInput): Promise<Judged> {
  const seen = await seeScene(parts, input);
  const judged = await judgeScene(parts, input, seen);
  if (input.faint === undefined) return judged;
  const { boxNoise, faint, warnings } = seen;
  return { ...judged, seen: { boxNoise, faint, warnings } };
}

/** What an image shows, measured. */
export interface SeenScene {
  readonly scene: Scene;
  readonly gradient: ImageGradient | null;
  readonly model: (DetectResult['model'] & { readonly box_noise: number }) | null;
  readonly boxNoise: BoxNoise;
  readonly warnings: readonly string[];
  /** What was found below the threshold; nothing of it is in the scene. */
  readonly faint: readonly Detection[];
}

/** The first half: what looks at the pixels. */
export async function seeScene(
  parts: PipelineParts,
  { request, source, calibration, signal, step, priority, faint }: Omit<PipelineInput, 'rules'>,
): Promise<SeenScene> {
  step('detect');
  const looksForSheet = source.image !== null && !request.calibration && calibration === null;
  const { seen, gradient, markers } = await look(parts, request, source, {
    looksForSheet,
    signal,
    ...(priority !== undefined && { priority }),
    ...(faint !== undefined && { faint }),
  });
  step('measure');
  const scene = await parts.computing.run(
    MEASURE,
    sceneInput(request, source, { ...seen, gradient, markers: markers?.tags.length ? markers : null }, calibration),
    signal,
  );
  const notSearched = looksForSheet && parts.readMarkers && markers === null ? [NOT_SEARCHED] : [];
  const twice = request.detections ? namedTwice(scene) : [];
  const { boxNoise, model, warnings = [] } = seen;
  return {
    scene,
    gradient,
    model: model && { ...model, box_noise: boxNoise.sigma },
    boxNoise,
    warnings: [...warnings, ...notSearched, ...twice],
    faint: seen.faint ?? [],
  };
}

/** The second half: what the rules say of it. */
export function judgeScene(
  parts: Pick<PipelineParts, 'computing'>,
  { request, source, rules, unreadable = [], rulesNotRead = false, signal, step }: Omit<PipelineInput, 'calibration'>,
  { scene, gradient, model, boxNoise, warnings: seen }: SeenScene,
): Promise<Judged> {
  step('check');
  const { movable, strategy, include_feedback, units } = request;
  const { sha256 = null, warnings = [] } = source.image ?? {};
  return parts.computing.run(
    JUDGE,
    {
      scene,
      gradient,
      rules,
      asked: { movable, strategy, include_feedback, units },
      image: { width: source.width, height: source.height, sha256 },
      model,
      assumptions: assumptions(request, boxNoise),
      warnings: [...warnings, ...notChecked(unreadable), ...seen],
      unreadableRules: unreadable.length + (rulesNotRead ? 1 : 0),
    },
    signal,
  );
}

export const detectOptions = (request: CheckedRequest, signal: AbortSignal) => ({
  signal,
  ...(request.threshold !== undefined && { threshold: request.threshold }),
  ...(request.inference !== undefined && { inference: request.inference }),
});

const NOT_SEARCHED = 'The image was not searched for the printed sheet: that would have taken too long.';

/**
 * The objects, and beside them how the brightness changes and where the printed sheet lies: where an image cannot tell, the
 * boxes do alone.
 */
async function look(
  { detector, readGradient, readMarkers }: PipelineParts,
  request: CheckedRequest,
  source: Source,
  {
    looksForSheet,
    signal,
    priority,
    faint,
  }: Pick<PipelineInput, 'signal' | 'priority' | 'faint'> & { readonly looksForSheet: boolean },
) {
  const given = new AbortController();
  const beside = AbortSignal.any([signal, given.signal]);
  const gradient = source.image === null ? null : readGradient(source.image, beside).catch(() => null);
  const markers = looksForSheet && source.image ? readMarkers?.(source.image, beside).catch(() => null) : null;
  try {
    const seen = await detect(detector, request, source, {
      signal,
      ...(priority && { priority }),
      ...(faint !== undefined && { faint }),
    });
    const found = {
      seen,
      gradient: seen.detections.length === 0 ? null : await gradient,
      markers: (await markers) ?? null,
    };
    signal.throwIfAborted();
    return found;
  } finally {
    given.abort();
  }
}

async function detect(
  detector: Detector,
  request: CheckedRequest,
  source: Source,
  { signal, ...wanted }: Pick<PipelineInput, 'signal' | 'priority' | 'faint'>,
): Promise<Seen> {
  if (request.detections || !source.image) {
    const boxNoise = request.box_noise === undefined ? UNKNOWN_BOX_NOISE : { sigma: request.box_noise };
    const believed = (request.detections ?? []).filter(({ confidence }) => confidence >= (request.threshold ?? 0));
    return { ...ownDetections(believed), model: null, boxNoise };
  }
  return detector.detect(source.image, { ...detectOptions(request, signal), ...wanted });
}

function sceneInput(
  request: CheckedRequest,
  source: Source,
  seen: Seen & { readonly gradient: ImageGradient | null; readonly markers: SeenTags | null },
  stored: StoredCalibration | null,
): SceneInput {
  return {
    width: source.width,
    height: source.height,
    detections: seen.detections,
    boxNoise: seen.boxNoise,
    ...(seen.classRecall && { classRecall: seen.classRecall }),
    ...(seen.gradient && { gradient: seen.gradient }),
    ...(seen.markers && { markers: seen.markers }),
    focal35mm: source.image?.focal35mm ?? null,
    ...(source.image?.focalTrust && { focalTrust: source.image.focalTrust }),
    calibration: request.calibration ?? null,
    ...(stored && {
      storedCalibration: { calibration: stored.calibration, width: stored.width, height: stored.height },
    }),
    zones: zonesOf(stored?.zones, request.zones),
    tablePx: request.table_corners ?? stored?.tablePx ?? null,
    context: request.context ?? null,
  };
}

/** Those of the request stand in for stored ones of the same name. */
function zonesOf(stored: readonly ZoneInput[] = [], given: readonly ZoneInput[] = []): ZoneInput[] {
  const names = new Set(given.map(({ name }) => zoneKey(name)));
  return [...stored.filter(({ name }) => !names.has(zoneKey(name))), ...given];
}

/** What the answer supposes about the boxes. */
function assumptions(request: CheckedRequest, boxNoise: BoxNoise): string[] {
  if (boxNoise !== UNKNOWN_BOX_NOISE) return [];
  const supposed = `box edges are right to ${100 * UNKNOWN_BOX_NOISE.sigma} % of the box (one sigma)`;
  return [request.detections ? `${supposed}: give box_noise where they are better` : supposed];
}
