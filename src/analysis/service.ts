import type { Analysis } from '../contract/analysis.ts';
import type { RuleDraft } from '../contract/rule.ts';
import type { AppError } from '../errors.ts';
import type { Strategy } from '../placement/types.ts';
import type { CalibrationInput, ZoneInput } from '../scene/input.ts';
import type { DetectionInput, Look } from '../vision/detection.ts';
import type { Page, PageRequest, StoredCalibration } from './ports.ts';

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

export interface CallContext {
  readonly signal?: AbortSignal;
  /** Folders that the caller's client allows, besides the configured ones. */
  readonly roots?: readonly string[];
  /** Called at real stage boundaries. */
  readonly progress?: (done: number, total: number, message: string) => void;
}

export interface BatchResult {
  readonly batch_id: string;
  readonly total_images: number;
  readonly successful: number;
  readonly failed: number;
  readonly results: readonly Analysis[];
  readonly errors: readonly { readonly index: number; readonly filename: string; readonly error: AppError }[];
  readonly total_processing_time_ms: number;
  readonly average_time_per_image_ms: number | null;
  readonly cache_hit_rate: number | null;
}

export interface Picture {
  readonly bytes: Buffer;
  readonly contentType: 'image/jpeg' | 'image/webp' | 'image/png';
  readonly width: number;
  readonly height: number;
}

export interface AnalysisService {
  analyze(request: AnalyzeRequest, context?: CallContext): Promise<Analysis>;
  /** At most 10 requests; one bad image never spoils the others. */
  batch(requests: readonly AnalyzeRequest[], context?: CallContext): Promise<BatchResult>;
  get(id: string): Promise<Analysis>;
  list(page: PageRequest): Promise<Page<Analysis>>;
  delete(id: string): Promise<void>;
  /** The photo with what was found drawn on it, long side at most `maxSize` px and at most `maxBytes`. */
  picture(id: string, options?: { maxSize?: number; maxBytes?: number }): Promise<Picture>;
  createCalibration(input: {
    name: string;
    calibration: CalibrationInput;
    width: number;
    height: number;
    zones?: readonly ZoneInput[];
    tablePx?: readonly (readonly [number, number])[];
  }): Promise<StoredCalibration>;
  listCalibrations(): Promise<StoredCalibration[]>;
  deleteCalibration(id: string): Promise<void>;
}
