import type { Analysis } from '../contract/analysis.ts';
import { AnalyzeRequest } from '../contract/analyze-request.ts';
import { UNKNOWN_BOX_NOISE } from '../contract/box-noise.ts';
import type { CallContext } from '../contract/call-context.ts';
import { Inference } from '../contract/detection.ts';
import type { Rule } from '../contract/rule.ts';
import type { Image } from '../image/image.ts';
import type { StoredCalibration } from '../ports/records.ts';
import type { Scene } from '../scene/types.ts';
import { ruleOutcomes } from './announce.ts';
import { hereBackend } from './backend.ts';
import type { AnalysisDeps } from './deps.ts';
import { callerOf } from './gate/caller-of.ts';
import { inTime } from './in-time.ts';
import { detectOptions, inTurn, judgeScene, type SeenScene, seeScene } from './pipeline.ts';
import { storeAnswer } from './store-answer.ts';
import { discardImage, keepInTime } from './stored-image.ts';

/** What is known of the camera that a picture is of. */
export interface FrameView {
  readonly calibration: StoredCalibration | null;
  /** Why its millimetres mean nothing just now; null: they are as good as the calibration. */
  readonly doubt: string | null;
  readonly context: string | null;
  /** From this score on, what is not believed is told too. */
  readonly faint: number;
}

/** Pictures of a camera: measured one after the other; one is kept where something is to be told of it. */
export interface Frames {
  measure(ctx: CallContext, image: Image, view: FrameView): Promise<SeenScene>;
  /** Judges a scene that was measured, and stores it with its picture as an analysis of the caller's. */
  keep(ctx: CallContext, kept: KeptFrame): Promise<Analysis>;
}

export interface KeptFrame {
  readonly image: Image;
  readonly seen: SeenScene;
  /** In place of the one that was seen in this picture alone. */
  readonly scene: Scene;
  readonly rules: readonly Rule[];
  readonly calibrationId: string | null;
}

const KEEPING_SHARE = 0.7;

/** Where pictures are measured follows the routing, as for photos; what is kept of them is judged here. */
export function createFrames(parts: AnalysisDeps): Frames {
  const backend = parts.backend ?? hereBackend(parts);
  const request = AnalyzeRequest.parse({ use_cache: false, store: false, include_feedback: false });
  const kept = AnalyzeRequest.parse({});
  const step = () => {};
  return {
    measure: (ctx, image, { calibration, doubt, context, faint }) =>
      inTime(ctx, parts.timeoutMs, async (signal) => {
        const source = { image, width: image.width, height: image.height };
        const caller = callerOf(ctx);
        const until = performance.now() + parts.timeoutMs;
        const asked = { ...request, ...(context !== null && { context }) };
        // What has no millimetres is nothing that is sent.
        if (calibration !== null && doubt !== null) {
          const alone = { request: asked, source, calibration: doubted(calibration, doubt), signal, step, faint };
          return inTurn(parts, { ...alone, rules: [], caller, until }, () => seeScene(parts, alone));
        }
        const { principal } = ctx;
        const model = await backend.identity(detectOptions(asked, signal), {
          image: image.sha256,
          principal: principal.id,
        });
        const { state, content, seen } = await backend.run(parts, {
          ...{ request: asked, source, calibration, rules: [], signal, step, faint, principal, model },
          ...{ priority: 'normal', repeats: true, caller, until },
        });
        const { boxNoise = UNKNOWN_BOX_NOISE, faint: unsure = [], warnings = [] } = seen ?? {};
        const ran = content.model && {
          ...content.model,
          inference: Inference.parse(content.model.inference ?? 'single'),
          box_noise: content.model.box_noise ?? boxNoise.sigma,
        };
        return { scene: state.scene, gradient: null, model: ran, boxNoise, faint: unsure, warnings };
      }),
    keep: (ctx, { image, seen, scene, rules, calibrationId }) =>
      inTime(ctx, parts.timeoutMs, async (signal) => {
        const started = performance.now();
        const owner = ctx.principal.id;
        const source = { image, width: image.width, height: image.height };
        const keeping = keepInTime(parts, image, KEEPING_SHARE * parts.timeoutMs, signal);
        try {
          const about = { request: kept, source, rules, signal, step };
          const gradient = seen.gradient ?? (await parts.readGradient(image, signal).catch(() => null));
          const { content, state, outcomes } = await judgeScene(parts, about, { ...seen, scene, gradient });
          const analysis: Analysis = {
            analysis_id: parts.newId('ana'),
            timestamp: parts.now().toISOString(),
            ...content,
            ...(calibrationId !== null && {
              calibration: { ...content.calibration, calibration_id: calibrationId },
            }),
            cached: false,
            processing_time_ms: Math.round(performance.now() - started),
          };
          const isStored = await storeAnswer(parts, keeping, { owner, analysis, state, outcomes, image });
          if (!isStored) discardImage(parts, keeping);
          // Listeners here show it; who is told outside hears of what changed, not of each picture.
          else {
            const told = {
              analysis,
              outcomes: ruleOutcomes(analysis, rules),
              calibration_id: calibrationId,
              camera: image.label,
            };
            parts.bus.relay({ type: 'positioning_analyzed', ...told, owner });
          }
          return analysis;
        } catch (thrown) {
          discardImage(parts, keeping);
          throw thrown;
        }
      }),
  };
}

/** Without millimetres: what needs them is uncertain, for this reason. */
function doubted(stored: StoredCalibration, reason: string): StoredCalibration {
  const { calibration } = stored;
  const none = { homography: null, mmPerPixel: null, scaleSigma: null, residualMm: null, view: null };
  return { ...stored, calibration: { ...calibration, ...none, method: 'none', reason } };
}
