import type { Analysis } from '../contract/analysis.ts';
import type { AnalysisListItem } from '../contract/analysis-list-item.ts';
import type { ZoneInput } from '../contract/calibration.ts';
import type { Page, PageRequest } from '../contract/page.ts';
import type { Rule, RuleHistory, RuleScope, RuleVersion } from '../contract/rule.ts';
import type { EvaluationStatistics } from '../contract/rule-statistics.ts';
import type { Verdict } from '../contract/verdict.ts';
import type { Calibration } from '../scene/types.ts';
import type { AnalysisSearch } from './analysis-search.ts';
import type { Registry } from './registry.ts';
import type { Vectors } from './vectors.ts';

export interface StoredAnalysis {
  /** Id of the principal whose it is. */
  readonly owner: string;
  readonly analysis: Analysis;
  /** Blob key of the image as it came in; null when it was not kept. */
  readonly imageKey: string | null;
}

export interface NewAnalysis extends StoredAnalysis {
  /** All that is needed to draw or evaluate again (scene, verdicts, moves); opaque to the store. */
  readonly state: unknown;
}

export interface AnalysisFilter {
  /** Absent: everyone's. */
  readonly owner?: string;
  /** Made at this time or before, ISO 8601 in UTC with milliseconds. */
  readonly until?: string;
}

/** Whose a record is; known also of one that cannot be read. */
export interface RecordHead {
  readonly owner: string;
  readonly scope?: RuleScope;
}

export type RemovedAnalysis = Pick<StoredAnalysis, 'owner' | 'imageKey'> & { readonly id: string };

/** What the log holds of an analysis goes with it. */
export interface AnalysisRecords {
  put(record: NewAnalysis): Promise<void>;
  get(id: string): Promise<StoredAnalysis | null>;
  head(id: string): Promise<(RecordHead & Pick<StoredAnalysis, 'imageKey'>) | null>;
  /** The state that was put with it, which may be as long as the analysis; undefined for an unknown id. */
  state(id: string): Promise<unknown>;
  /** Newest first. */
  list(owner: string, page: PageRequest): Promise<Page<AnalysisListItem>>;
  /** Newest first. A page may hold fewer than asked for, or none, and not be the last: so much was looked at in one go. */
  search(owner: string, what: AnalysisSearch, page: PageRequest): Promise<Page<AnalysisListItem>>;
  /** Analyses that an older version stored without the terms they are searched by. */
  withoutTerms(limit: number): Promise<string[]>;
  /** Nothing where it is gone. */
  setTerms(id: string, terms: readonly string[]): Promise<void>;
  count(filter: AnalysisFilter): Promise<number>;
  /** Ids that begin with `prefix`, newest first. */
  ids(owner: string, prefix: string, limit: number): Promise<string[]>;
  delete(id: string): Promise<boolean>;
  /** Deletes `limit` of them at most, an owner's oldest first, in one transaction; which ones. */
  removeMatching(filter: AnalysisFilter, limit: number): Promise<RemovedAnalysis[]>;
  /** After deleting: takes the rest of it out of the store's own files; false where that is not possible just now. */
  purge(): Promise<boolean>;
  /** Those of the image blobs that an analysis refers to. */
  imagesInUse(imageKeys: readonly string[]): Promise<string[]>;
  /** The image blobs that analyses refer to, each once and in their order, behind `after`. */
  imageKeys(after: string, limit: number): Promise<string[]>;
}

export interface RuleFilter {
  readonly enabled?: boolean;
  readonly type?: string;
}

export interface RuleWrite {
  readonly entry: RuleVersion;
  /** The version that must be stored now; 0: none. */
  readonly expectedVersion: number;
  /** Deletes the rule itself and keeps its history. */
  readonly remove?: boolean;
}

export interface RuleRecords {
  get(id: string): Promise<Rule | null>;
  head(id: string): Promise<RecordHead | null>;
  /** The owner's and everyone's, oldest first. */
  list(owner: string, filter: RuleFilter, page: PageRequest): Promise<Page<Rule>>;
  count(owner: string, filter: RuleFilter): Promise<number>;
  /** Ids of the owner's and everyone's rules that begin with `prefix`, oldest first. */
  ids(owner: string, prefix: string, limit: number): Promise<string[]>;
  /** The last version of rules that were removed, the owner's and everyone's, newest removal first. */
  removed(owner: string, page: PageRequest): Promise<Page<RuleVersion>>;
  /** Writes rules with their history entries in one transaction: all of them, or none and RULES_006. */
  write(entries: readonly RuleWrite[]): Promise<void>;
  history(id: string): Promise<RuleHistory>;
  /** Another one after every change of a rule that this owner's analyses are checked by; part of the cache key. */
  revision(owner: string): Promise<string>;
}

/** How often one rule came out one way in an analysis; `count` is 1 unless said. */
export type Outcome = Pick<Verdict, 'rule_id' | 'verdict'> & { readonly count?: number };

export interface EvaluationLog {
  /** Nothing where the analysis is not stored (any more). */
  append(owner: string, analysisId: string, at: string, outcomes: readonly Outcome[]): Promise<void>;
  /** Over the owner's own analyses. */
  statistics(owner: string, ruleId: string): Promise<EvaluationStatistics>;
}

/** Stored calibrations of fixed cameras. `value` is the calibration as the scene made it. */
export interface CalibrationRecords {
  put(record: StoredCalibration): Promise<void>;
  get(id: string): Promise<StoredCalibration | null>;
  head(id: string): Promise<RecordHead | null>;
  /** Oldest first. */
  list(owner: string, page: PageRequest): Promise<Page<StoredCalibration>>;
  count(owner: string): Promise<number>;
  delete(id: string): Promise<boolean>;
}

export interface StoredCalibration {
  readonly owner: string;
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

export type RecordKind = 'analysis' | 'rule' | 'rule version' | 'calibration' | 'evaluations';

export interface UnreadableRecord {
  readonly kind: RecordKind;
  /** Of a version: rule id and version, `rule_… 3`. */
  readonly id: string;
}

export interface CheckOptions {
  /** Work is begun for so long at most, ms; what was not looked at then is looked at first by the next check. */
  readonly limitMs: number;
  /** Also whether every index fits its table, of a larger file too, and without a pause. */
  readonly thorough?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface StoreCheck {
  /** Everything was looked at. */
  readonly complete: boolean;
  /** Records that were looked at. */
  readonly records: number;
  /** At most 100 of them. */
  readonly unreadable: readonly UnreadableRecord[];
  readonly unreadableCount: number;
  /** What is wrong with the file itself; null: nothing was found. */
  readonly damage: string | null;
}

/** Where records are, and whether that place answers just now. */
export interface StoreStatus {
  readonly backend: 'embedded' | 'mongodb';
  /** `refused`: somebody has to change something, a password or a right, before it can answer. */
  readonly state: 'connecting' | 'connected' | 'unreachable' | 'refused';
  /** Whether it ever has since this process began. */
  readonly answered: boolean;
}

/** A change of a rule that another process on the same store made. */
export interface RuleChange extends RecordHead {
  readonly rule_id: string;
  readonly action: RuleVersion['action'];
}

/**
 * A write is durable when it resolves. Lists refuse a cursor that is not theirs with VALIDATION_002; what cannot be read
 * they leave out and name, and to `get` it is DB_003. Any call may throw DB_001 (the store is gone, or gave no answer in
 * time: a write may have been done all the same), DB_002, STORAGE_003, SYSTEM_002 where too many calls wait, SYSTEM_001
 * after `close`.
 */
export interface Records {
  readonly analyses: AnalysisRecords;
  readonly rules: RuleRecords;
  readonly evaluations: EvaluationLog;
  readonly calibrations: CalibrationRecords;
  readonly registry: Registry;
  readonly vectors: Vectors;
  /** Asks nothing: what the last call found. */
  status(): StoreStatus;
  /** Changes of rules by other processes, told within a second; absent where the store has one. Ends with the call of what it gives. */
  onRuleChange?(listener: (change: RuleChange) => void): () => void;
  /** Round trip to the store; throws DB_001. */
  ping(): Promise<void>;
  /** Throws STORAGE_003 where a write would find no space, DB_001 where it may not be written. */
  writable(): Promise<void>;
  /** Reads the store, in pieces that hold up nobody. A store that is not there yet is not made. */
  check(options: CheckOptions): Promise<StoreCheck>;
  /** Ends what was accepted, in a bounded time. */
  close(): Promise<void>;
}
