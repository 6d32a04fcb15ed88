import type { Analysis } from '../contract/analysis.ts';
import { AnalyzeRequest } from '../contract/analyze-request.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Rule } from '../contract/rule.ts';
import type { Image } from '../image/image.ts';
import type { StoredCalibration } from '../ports/records.ts';
import type { Scene } from '../scene/types.ts';
import { ruleOutcomes } from './announce.ts';
import type { AnalysisDeps } from './deps.ts';
import { inTime } from './in-time.ts';
import { judgeScene, type SeenScene, seeScene } from './pipeline.ts';
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

export function createFrames(parts: AnalysisDeps): Frames {
  const request = AnalyzeRequest.parse({});
  const step = () => {};
  return {
    measure: (ctx, image, { calibration, doubt, context, faint }) =>
      inTime(ctx, parts.timeoutMs, async (signal) => {
        const source = { image, width: image.width, height: image.height };
        const asked = { ...request, ...(context !== null && { context }) };
        const trusted = calibration && (doubt === null ? calibration : doubted(calibration, doubt));
        return seeScene(parts, { request: asked, source, calibration: trusted, signal, step, faint });
      }),
    keep: (ctx, { image, seen, scene, rules, calibrationId }) =>
      inTime(ctx, parts.timeoutMs, async (signal) => {
        const started = performance.now();
        const owner = ctx.principal.id;
        const source = { image, width: image.width, height: image.height };
        const keeping = keepInTime(parts, image, KEEPING_SHARE * parts.timeoutMs, signal);
        try {
          const about = { request, source, rules, signal, step };
          const { content, state, outcomes } = await judgeScene(parts, about, { ...seen, scene });
          const analysis: Analysis = {
            analysis_id: parts.newId('ana'),
            timestamp: parts.now().toISOString(),
            ...content,
            cached: false,
            processing_time_ms: Math.round(performance.now() - started),
          };
          const isStored = await storeAnswer(parts, keeping, { owner, analysis, state, outcomes, image });
          if (!isStored) discardImage(parts, keeping);
          // Listeners here show it; who is told outside hears of what changed, not of each picture.
          else {
            const told = { analysis, outcomes: ruleOutcomes(analysis, rules), calibration_id: calibrationId };
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
