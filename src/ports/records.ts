import type { Analysis } from '../contract/analysis.ts';
import type { ZoneInput } from '../contract/calibration.ts';
import type { Page, PageRequest } from '../contract/page.ts';
import type { Rule, RuleVersion } from '../contract/rule.ts';
import type { EvaluationStatistics } from '../contract/rule-statistics.ts';
import type { Verdict } from '../contract/verdict.ts';
import type { Calibration } from '../scene/types.ts';

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
  readonly calibration: Calibration;
  readonly zones: readonly ZoneInput[];
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
