import type { Binary, CreateIndexesOptions, Document, IndexSpecification } from 'mongodb';

/** Documents as MongoDB holds them. Contents are JSON texts, as in the embedded store: one reader checks both. */
export interface AnalysisDocument {
  readonly _id: string;
  readonly created_at: string;
  readonly owner: string;
  readonly sha256: string | null;
  readonly image_key: string | null;
  readonly analysis: string;
  readonly state: string;
  readonly list_item: string;
  /** What it is searched by; absent in what an older version stored. */
  readonly terms?: readonly string[];
  /** It has its terms. */
  readonly searchable?: boolean;
  /** How its rules came out: it goes with the analysis, because it is part of it. */
  readonly evaluations?: Evaluations;
}

export interface Evaluations {
  readonly owner: string;
  readonly at: string;
  /** `violated rule_…`: the worst verdict of each rule. */
  readonly outcomes: readonly string[];
}

export interface RuleDocument {
  readonly _id: string;
  readonly version: number;
  /** A removed rule stays, so that a late writer of an older version finds that it is late. */
  readonly removed: boolean;
  /** When the last change was made. */
  readonly changed_at: string;
  readonly enabled: boolean;
  readonly type: string;
  readonly created_at: string;
  readonly owner: string;
  readonly scope: string;
  /** Who sees it, in one word: `audienceOf`. */
  readonly audience: string;
  /** '' where it is removed. */
  readonly rule: string;
  /** The write that made it so. */
  readonly seq: number;
}

export interface VersionDocument {
  readonly _id: string;
  readonly rule_id: string;
  readonly version: number;
  readonly entry: string;
  readonly seq: number;
  /** Which server's write it was; one that has started again is another one. */
  readonly writer: string;
}

/** What an analysis looks like. */
export interface VectorDocument {
  /** Space and analysis. */
  readonly _id: string;
  readonly analysis_id: string;
  readonly space: string;
  readonly owner: string;
  readonly created_at: string;
  /** By the server's clock. */
  readonly written_at: Date;
  readonly vector: Binary;
}

export interface CalibrationDocument {
  readonly _id: string;
  readonly created_at: string;
  readonly owner: string;
  readonly calibration: string;
}

export interface EntryDocument {
  /** Kind and id. */
  readonly _id: string;
  readonly kind: string;
  readonly id: string;
  /** Kind and lookup; absent: none. */
  readonly lookup?: string;
  readonly owner: string;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly version: number;
  readonly entry: string;
}

/** `schema`: the version of all this. `rules`: the gate of rule writes. Others: who wrote rules last, by audience. */
export interface MetaDocument {
  readonly _id: string;
  readonly version?: number;
  readonly seq?: number;
  readonly pending?: PendingWrite | null;
}

/** A write of rules that was decided; whoever finds it does it to the end. */
export interface PendingWrite {
  readonly writer: string;
  /** JSON of a list of `RuleWriteRow`. */
  readonly rows: string;
  /** Audiences whose rules it changes. */
  readonly audiences: readonly string[];
}

export const SCHEMA_VERSION = 1;

type Name = 'analyses' | 'rules' | 'rule_history' | 'calibrations' | 'entries' | 'vectors' | 'meta';

interface Index extends CreateIndexesOptions {
  readonly key: IndexSpecification & Document;
  readonly name: string;
}

interface CollectionSpec {
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly optional?: readonly string[];
  readonly indexes: readonly Index[];
}

const TEXT = ['string'];
const TEXT_OR_NULL = ['string', 'null'];
const NUMBER = ['int', 'long', 'double'];

/** Every list query names the index that answers it. */
export const INDEX = {
  analysesByOwner: 'by_owner',
  analysesByTime: 'by_time',
  analysesByImage: 'by_image',
  analysesByTerm: 'by_term',
  analysesBySearchable: 'by_searchable',
  outcomes: 'by_outcome',
  rulesByTime: 'by_time',
  rulesByChange: 'by_change',
  versions: 'by_version',
  versionsByWrite: 'by_write',
  calibrationsByOwner: 'by_owner',
  vectorsByAnalysis: 'by_analysis',
  vectorsByWrite: 'by_write',
  entriesByLookup: 'by_lookup',
  entriesByTime: 'by_time',
  entriesByOwner: 'by_owner',
  entriesByExpiry: 'by_expiry',
  ids: '_id_',
} as const;

export const COLLECTIONS: Readonly<Record<Name, CollectionSpec>> = {
  analyses: {
    fields: {
      created_at: TEXT,
      owner: TEXT,
      sha256: TEXT_OR_NULL,
      image_key: TEXT_OR_NULL,
      analysis: TEXT,
      state: TEXT,
      list_item: TEXT,
      terms: ['array'],
      searchable: ['bool'],
      evaluations: ['object'],
    },
    optional: ['evaluations', 'terms', 'searchable'],
    indexes: [
      // Answers a list alone: an analysis is long.
      { name: INDEX.analysesByOwner, key: { owner: 1, created_at: -1, _id: -1, list_item: 1 } },
      { name: INDEX.analysesByTime, key: { created_at: 1, _id: 1 } },
      { name: INDEX.analysesByImage, key: { image_key: 1 } },
      { name: INDEX.analysesByTerm, key: { owner: 1, terms: 1, created_at: -1, _id: -1 } },
      { name: INDEX.analysesBySearchable, key: { searchable: 1, _id: 1 } },
      {
        name: INDEX.outcomes,
        key: { 'evaluations.owner': 1, 'evaluations.outcomes': 1, 'evaluations.at': -1 },
        sparse: true,
      },
    ],
  },
  rules: {
    fields: {
      version: NUMBER,
      removed: ['bool'],
      changed_at: TEXT,
      enabled: ['bool'],
      type: TEXT,
      created_at: TEXT,
      owner: TEXT,
      scope: TEXT,
      audience: TEXT,
      rule: TEXT,
      seq: NUMBER,
    },
    indexes: [
      { name: INDEX.rulesByTime, key: { audience: 1, removed: 1, created_at: 1, _id: 1 } },
      { name: INDEX.rulesByChange, key: { audience: 1, removed: 1, changed_at: -1, _id: -1 } },
    ],
  },
  rule_history: {
    fields: { rule_id: TEXT, version: NUMBER, entry: TEXT, seq: NUMBER, writer: TEXT },
    indexes: [
      { name: INDEX.versions, key: { rule_id: 1, version: 1 }, unique: true },
      { name: INDEX.versionsByWrite, key: { seq: 1, _id: 1 } },
    ],
  },
  calibrations: {
    fields: { created_at: TEXT, owner: TEXT, calibration: TEXT },
    indexes: [{ name: INDEX.calibrationsByOwner, key: { owner: 1, created_at: 1, _id: 1 } }],
  },
  vectors: {
    fields: {
      analysis_id: TEXT,
      space: TEXT,
      owner: TEXT,
      created_at: TEXT,
      written_at: ['date'],
      vector: ['binData'],
    },
    indexes: [
      { name: INDEX.vectorsByAnalysis, key: { analysis_id: 1, space: 1 } },
      { name: INDEX.vectorsByWrite, key: { space: 1, written_at: 1, _id: 1 } },
    ],
  },
  entries: {
    fields: {
      kind: TEXT,
      id: TEXT,
      lookup: TEXT,
      owner: TEXT,
      created_at: TEXT,
      expires_at: TEXT_OR_NULL,
      version: NUMBER,
      entry: TEXT,
    },
    optional: ['lookup'],
    indexes: [
      { name: INDEX.entriesByLookup, key: { lookup: 1 }, unique: true, sparse: true },
      { name: INDEX.entriesByTime, key: { kind: 1, created_at: -1, _id: -1 } },
      { name: INDEX.entriesByOwner, key: { kind: 1, owner: 1, created_at: -1, _id: -1 } },
      { name: INDEX.entriesByExpiry, key: { expires_at: 1 } },
    ],
  },
  meta: { fields: {}, indexes: [] },
};

/** What a document of this collection must be; servers that know no $jsonSchema do without. */
export function validatorOf({ fields, optional = [] }: CollectionSpec): Document {
  return {
    $jsonSchema: {
      bsonType: 'object',
      required: ['_id', ...Object.keys(fields).filter((name) => !optional.includes(name))],
      properties: {
        _id: { bsonType: 'string' },
        ...Object.fromEntries(Object.entries(fields).map(([name, bsonType]) => [name, { bsonType: [...bsonType] }])),
      },
    },
  };
}
