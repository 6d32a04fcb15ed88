import type { Collection, Db } from 'mongodb';
import type {
  AnalysisDocument,
  CalibrationDocument,
  EntryDocument,
  MetaDocument,
  RuleDocument,
  VectorDocument,
  VersionDocument,
} from './schema.ts';

export interface Collections {
  readonly analyses: Collection<AnalysisDocument>;
  readonly rules: Collection<RuleDocument>;
  readonly history: Collection<VersionDocument>;
  readonly calibrations: Collection<CalibrationDocument>;
  readonly entries: Collection<EntryDocument>;
  readonly vectors: Collection<VectorDocument>;
  readonly meta: Collection<MetaDocument>;
}

export const collectionsOf = (db: Db): Collections => ({
  analyses: db.collection('analyses'),
  rules: db.collection('rules'),
  history: db.collection('rule_history'),
  calibrations: db.collection('calibrations'),
  entries: db.collection('entries'),
  vectors: db.collection('vectors'),
  meta: db.collection('meta'),
});
