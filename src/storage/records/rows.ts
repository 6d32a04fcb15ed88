import type { RuleScope } from '../../contract/rule.ts';

/** Records as stores hold them: contents are JSON texts, beside them what is looked for. */

/** `analysis`, `state` and `list_item` are JSON, `terms` is the JSON of a list of what it is searched by. */
export interface AnalysisRow {
  readonly id: string;
  readonly created_at: string;
  readonly owner: string;
  readonly sha256: string | null;
  readonly image_key: string | null;
  readonly analysis: string;
  readonly state: string;
  readonly list_item: string;
  readonly terms: string;
}

export type StoredRow = Pick<AnalysisRow, 'owner' | 'analysis' | 'image_key'>;
export type HeadRow = Pick<AnalysisRow, 'owner' | 'image_key'>;

/** `owner` null: everyone's. `until`: made then or before; null: whenever. */
export type RemovalFilter = readonly [owner: string | null, until: string | null];
export type RemovedRow = Pick<AnalysisRow, 'id' | 'owner' | 'image_key'>;

/** `entry` is the JSON of the `RuleVersion`. */
export interface RuleWriteRow {
  readonly entry: string;
  readonly expectedVersion: number;
  readonly remove: boolean;
}

export interface RuleHeadRow {
  readonly owner: string;
  readonly scope: RuleScope;
}

/** How often a rule came out each way in one analysis: rule id, satisfied, violated, uncertain. */
export type EvaluationRow = readonly [ruleId: string, satisfied: number, violated: number, uncertain: number];

export interface AnalysisEvaluations {
  readonly owner: string;
  readonly at: string;
  readonly rows: readonly EvaluationRow[];
}

export interface EvaluationTotals {
  readonly total: number;
  readonly violated: number;
  readonly uncertain: number;
  readonly decided: number;
  readonly last: string | null;
}

/** `calibration` is the JSON of the whole record. */
export interface CalibrationRow {
  readonly id: string;
  readonly created_at: string;
  readonly owner: string;
  readonly calibration: string;
}

/** `entry` is the JSON of the `RegistryEntry`. */
export interface EntryRow {
  readonly kind: string;
  readonly id: string;
  readonly lookup: string | null;
  readonly owner: string;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly version: number;
  readonly entry: string;
}

/** `vector` holds float32 numbers, low byte first; `at` and `id` are where it stands in the order of writing. */
export interface VectorRow {
  readonly at: string;
  readonly id: string;
  readonly owner: string;
  readonly created_at: string;
  readonly vector: Uint8Array;
}

/** How alike a vector is to another one: their dot product. */
export interface LikenessRow extends Pick<VectorRow, 'id' | 'owner' | 'created_at'> {
  readonly likeness: number;
}

/** Some of a list that was looked through in part; `next`: where to go on, null at its end. */
export interface Portion {
  readonly ids: readonly string[];
  readonly next: string | null;
}

/** The key of a record: an id, and for versions of rules and evaluations two. */
export interface RecordKey {
  readonly a: string;
  readonly b: string | number | null;
}

export interface FileCheck {
  /** False: it is too large for this check. */
  readonly checked: boolean;
  readonly problem: string | null;
}
