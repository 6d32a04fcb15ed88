import type { CalibrationInput, ZoneInput } from './calibration.ts';
import type { DetectionInput, Look } from './detection.ts';
import type { RuleDraft } from './rule.ts';
import type { Strategy } from './strategy.ts';

/** One call of the journey. Exactly what every surface may ask for. */
export interface AnalyzeRequest {
  /** Path, file://, https://, data: URL or `ana_…`. May be absent only with `detections` and `size`. */
  readonly image?: string;
  /** Bytes handed over directly (multipart upload, command line). */
  readonly bytes?: Uint8Array;
  /** Detections of the caller: then no model runs. */
  readonly detections?: readonly DetectionInput[];
  /** Pixels; needed with `detections` when there is no image. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Standard error of a box edge of `detections` as a fraction of the box, 0 to 0.5. */
  readonly boxNoise?: number;
  readonly threshold?: number;
  /** How thoroughly the model looks; its own habit when absent. */
  readonly look?: Look;
  readonly calibration?: CalibrationInput;
  readonly calibrationId?: string;
  readonly zones?: readonly ZoneInput[];
  readonly tablePx?: readonly (readonly [number, number])[];
  readonly context?: string;
  readonly includeFeedback?: boolean;
  /** Units of the feedback's sentences; every number of the answer stays in mm. */
  readonly units?: 'metric' | 'imperial';
  readonly strategy?: Strategy;
  readonly movable?: readonly string[];
  /** Rules for this call only, beside the stored ones … */
  readonly extraRules?: readonly RuleDraft[];
  /** … or instead of them. */
  readonly onlyRules?: readonly string[];
  /** False: nothing is stored and no event is sent. */
  readonly store?: boolean;
  readonly useCache?: boolean;
}
