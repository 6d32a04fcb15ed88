import type { Analysis } from '../contract/analysis.ts';
import type { Rule, RuleVersion } from '../contract/rule.ts';
import type { Verdict } from '../contract/verdict.ts';
import type { Image } from '../image/image.ts';
import type { BoxNoise } from '../scene/input.ts';
import type { Sight } from '../scene/types.ts';
import type { Detection, Look } from '../vision/detection.ts';

/** What the journey needs from the outside. Adapters implement these; only `app.ts` knows which. */

export interface DetectOptions {
  /** 0..1; the model's own default when absent. */
  readonly threshold?: number;
  /** How thoroughly; the model's own habit when absent. */
  readonly look?: Look;
  readonly signal?: AbortSignal;
}

export interface DetectResult {
  readonly detections: readonly Detection[];
  readonly model: {
    readonly name: string;
    readonly version: string;
    readonly threshold: number;
    readonly look: Look;
    readonly provider: string;
  };
  readonly boxNoise: BoxNoise;
  /** What it can find, and how much of that. */
  readonly sight: Sight;
  /** What a reader must know about this model. */
  readonly warnings?: readonly string[];
}

export interface Detector {
  /** Identity of what would run now: part of the cache key. Throws ANALYSIS_001 when no model is installed. */
  identity(options: DetectOptions): {
    readonly name: string;
    readonly version: string;
    readonly threshold: number;
    readonly look: Look;
  };
  detect(image: Image, options: DetectOptions): Promise<DetectResult>;
  /** Loads and warms in the background; never throws. */
  warm(): void;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
}

export interface PageRequest {
  readonly limit: number;
  readonly offset: number;
}

export interface StoredAnalysis {
  readonly analysis: Analysis;
  /** Blob key of the image as it came in; null when it was not kept. */
  readonly imageKey: string | null;
  /** All that is needed to draw or evaluate again (scene, verdicts, moves); opaque to the store. */
  readonly state: unknown;
}

export interface AnalysisRecords {
  put(record: StoredAnalysis): Promise<void>;
  get(id: string): Promise<StoredAnalysis | null>;
  /** Newest first. */
  list(page: PageRequest): Promise<Page<Analysis>>;
  delete(id: string): Promise<boolean>;
  /** Whether an analysis still refers to this image blob. */
  imageInUse(imageKey: string): Promise<boolean>;
}

export interface RuleFilter {
  readonly enabled?: boolean;
  readonly type?: string;
}

export interface RuleRecords {
  get(id: string): Promise<Rule | null>;
  /** Oldest first. */
  list(filter: RuleFilter, page: PageRequest): Promise<Page<Rule>>;
  /**
   * Writes the rule and its history entry in one transaction. `expectedVersion` is the version that must be stored
   * now (0: none); otherwise RULES_006. `remove` deletes the rule itself and keeps the history.
   */
  write(entry: RuleVersion, options: { expectedVersion: number; remove?: boolean }): Promise<void>;
  /** The same for several rules at once: all of them or none. Without it the rule book undoes what it wrote. */
  writeAll?(
    entries: readonly { readonly entry: RuleVersion; readonly expectedVersion: number; readonly remove?: boolean }[],
  ): Promise<void>;
  /** All versions, oldest first, the current one included. */
  history(id: string): Promise<RuleVersion[]>;
  /** Grows with every write; part of the cache key. */
  revision(): Promise<number>;
}

export interface EvaluationStatistics {
  readonly total_evaluations: number;
  readonly violations: number;
  readonly uncertain: number;
  /** Violations over evaluations that were satisfied or violated; null without any. */
  readonly violation_rate: number | null;
  readonly last_executed: string | null;
}

/** How often one rule came out one way in an analysis; `count` is 1 unless said. */
export type Outcome = Pick<Verdict, 'rule_id' | 'verdict'> & { readonly count?: number };

export interface EvaluationLog {
  append(analysisId: string, at: string, outcomes: readonly Outcome[]): Promise<void>;
  statistics(ruleId: string): Promise<EvaluationStatistics>;
}

/** Stored calibrations of fixed cameras. `value` is the calibration as the scene made it. */
export interface CalibrationRecords {
  put(record: StoredCalibration): Promise<void>;
  get(id: string): Promise<StoredCalibration | null>;
  list(): Promise<StoredCalibration[]>;
  delete(id: string): Promise<boolean>;
}

export interface StoredCalibration {
  readonly calibration_id: string;
  readonly name: string;
  readonly created_at: string;
  /** Image size that it was made for, pixels. */
  readonly width: number;
  readonly height: number;
  readonly calibration: import('../scene/types.ts').Calibration;
  readonly zones: readonly import('../scene/input.ts').ZoneInput[];
  readonly tablePx: readonly (readonly [number, number])[] | null;
}

export interface Records {
  readonly analyses: AnalysisRecords;
  readonly rules: RuleRecords;
  readonly evaluations: EvaluationLog;
  readonly calibrations: CalibrationRecords;
  /** Round trip to the store; throws DB_001. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface CacheStatistics {
  readonly hits: number;
  readonly misses: number;
  readonly entries: number;
  readonly evictions: number;
}

/** Loss of the cache is never an error: `get` answers undefined, `set` does nothing. */
export interface Cache {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  statistics(): CacheStatistics;
}

export interface Blobs {
  /** Durable when it resolves. */
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
  get(key: string): Promise<{ bytes: Buffer; contentType: string } | null>;
  delete(key: string): Promise<boolean>;
}

export type BusEvent =
  | { readonly type: 'positioning_analyzed'; readonly analysis: Analysis }
  | { readonly type: 'mug_detected'; readonly analysis_id: string; readonly count: number }
  | { readonly type: 'rule_changed'; readonly rule_id: string; readonly action: RuleVersion['action'] }
  | { readonly type: 'rule_triggered'; readonly analysis_id: string; readonly rule_id: string }
  | {
      readonly type: 'batch_completed';
      readonly batch_id: string;
      readonly successful: number;
      readonly failed: number;
    }
  | { readonly type: 'error_occurred'; readonly code: string; readonly request_id: string | null };

export interface Bus {
  emit(event: BusEvent): void;
  /** Returns the function that unsubscribes. A listener's failure never reaches the emitter. */
  on(listener: (event: BusEvent) => void): () => void;
}
