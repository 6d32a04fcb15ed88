import type { ListPosition } from '../../ports/cursor.ts';
import type { RecordKind, RuleChange, StoreStatus } from '../../ports/records.ts';
import type { Nearest } from '../../ports/vectors.ts';
import type {
  AnalysisEvaluations,
  AnalysisRow,
  CalibrationRow,
  EntryRow,
  EvaluationTotals,
  FileCheck,
  HeadRow,
  LikenessRow,
  Portion,
  RecordKey,
  RemovalFilter,
  RemovedRow,
  RuleHeadRow,
  RuleWriteRow,
  StoredRow,
  VectorRow,
} from './rows.ts';
import type { Texts } from './texts.ts';

/**
 * Everything that can be asked of a store of records, by name. Arguments and answers are plain data, so that a call can
 * cross to a thread or to a server. Each write is done as a whole or not at all.
 */
export interface RecordCalls {
  ping(): void;
  writable(): void;
  recordKeys(kind: RecordKind, after: RecordKey, limit: number): RecordKey[];
  /** What is wrong with the store as a whole, which holds up every other call for as long as it takes to read `maxBytes`. */
  checkFile(thorough: boolean, maxBytes: number): FileCheck;

  putAnalysis(row: AnalysisRow): void;
  getAnalysis(id: string): StoredRow | null;
  analysisHead(id: string): HeadRow | null;
  analysisState(id: string): string | null;
  listAnalyses(owner: string, after: ListPosition | null, limit: number): Texts;
  /** At this time or after `since`; those that come behind `after` and have all the terms. */
  searchAnalyses(owner: string, terms: readonly string[], since: string, after: ListPosition, limit: number): Texts;
  analysesWithoutTerms(limit: number): string[];
  /** `terms` is a JSON list. */
  putTerms(id: string, terms: string): void;
  analysisIds(owner: string, prefix: string, limit: number): string[];
  countAnalyses(filter: RemovalFilter): number;
  /** `imageKeys` is a JSON list. */
  imagesInUse(imageKeys: string): string[];
  imageKeys(after: string, limit: number): string[];
  deleteAnalysis(id: string): boolean;
  removeMatching(filter: RemovalFilter, limit: number): RemovedRow[];
  purge(): boolean;

  getRule(id: string): string | null;
  ruleHead(id: string): RuleHeadRow | null;
  listRules(
    owner: string,
    enabled: boolean | null,
    type: string | null,
    after: ListPosition | null,
    limit: number,
  ): Texts;
  countRules(owner: string, enabled: boolean | null, type: string | null): number;
  ruleIds(owner: string, prefix: string, limit: number): string[];
  removedRules(owner: string, after: ListPosition | null, limit: number): Texts;
  ruleHistory(id: string): Texts;
  ruleVersion(id: string, version: number): string | null;
  rulesRevision(owner: string): string;
  writeRules(entries: readonly RuleWriteRow[]): void;

  /** `rows` is the JSON of a list of `EvaluationRow`. */
  appendEvaluations(owner: string, analysisId: string, at: string, rows: string): void;
  evaluationTotals(owner: string, ruleId: string): EvaluationTotals | null;
  /** Of one analysis, in no order; null where nothing was told of it. */
  evaluationsOf(analysisId: string): AnalysisEvaluations | null;

  putCalibration(row: CalibrationRow): void;
  getCalibration(id: string): string | null;
  calibrationHead(id: string): { owner: string } | null;
  listCalibrations(owner: string, after: ListPosition | null, limit: number): Texts;
  countCalibrations(owner: string): number;
  deleteCalibration(id: string): boolean;

  /** Nothing where the analysis is gone. */
  putVector(analysisId: string, space: string, vector: Uint8Array): void;
  vectorsOf(ids: readonly string[], space: string): VectorRow[];
  /** Of those of them that have a vector in this space, of as many dimensions. */
  likenesses(space: string, vector: Uint8Array, ids: readonly string[]): LikenessRow[];
  /** In the order of writing. */
  vectorsBehind(space: string, after: ListPosition, limit: number): VectorRow[];
  /** Analyses whose image is kept and that have no vector in this space, in the order of ids. */
  analysesWithoutVector(space: string, after: string, limit: number): Portion;
  /** Those of them that have all the terms. */
  analysesHaving(owner: string, terms: readonly string[], ids: readonly string[]): string[];

  addEntry(row: EntryRow): boolean;
  replaceEntry(row: EntryRow): boolean;
  getEntry(kind: string, id: string): string | null;
  findEntry(kind: string, lookup: string): string | null;
  listEntries(kind: string, owner: string | null, after: ListPosition | null, limit: number): Texts;
  countEntries(kind: string, owner: string | null): number;
  /** Whose lookup begins with `name` and a space; `after`: and stands behind this one. */
  entriesUnder(kind: string, name: string, limit: number, after?: string): string[];
  /** In their order; one whose id is taken stays as it is. */
  addEntries(rows: readonly EntryRow[]): void;
  /** How many have a lookup that begins with `name` and a space. */
  countEntriesUnder(kind: string, name: string): number;
  removeEntry(kind: string, id: string): boolean;
  /** `limit` at most of those with an earlier `created_at`, the earliest first. */
  removeOlderEntries(kind: string, time: string, limit: number): number;
  removeExpired(now: string): number;
}

export type CallName = keyof RecordCalls;

/** Whoever runs the calls: this thread, another one, or a server. */
export interface Store {
  call<N extends CallName>(name: N, ...args: Parameters<RecordCalls[N]>): Promise<ReturnType<RecordCalls[N]>>;
  close(): Promise<void>;
  status(): StoreStatus;
  onRuleChange?(listener: (change: RuleChange) => void): () => void;
  /** Ids of so many vectors that may be nearest, found by the server; null where it cannot. Absent: there is no server. */
  nearVectors?(query: Nearest, count: number): Promise<readonly string[] | null>;
}

/** A file of this machine: whether it can be used, its calls say. */
export const EMBEDDED: StoreStatus = { backend: 'embedded', state: 'connected', answered: true };
