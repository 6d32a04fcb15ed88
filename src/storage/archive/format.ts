import * as z from 'zod';
import { KeyId, UserId } from '../../contract/account.ts';
import { FeedbackId } from '../../contract/feedback.ts';
import { AnalysisId, CalibrationId, RuleId } from '../../contract/ids.ts';
import { isOneLine } from '../../contract/one-line.ts';
import { AppError } from '../../errors.ts';

/**
 * A data archive: lines of JSON, each of a record or photo followed by its bytes and a line feed. The first line says what
 * it is, the last one how many there were and the hash of all that came before. Nothing in it is a path, and nothing is
 * packed, so that it is as large as it says.
 */
export const VERSION = 1;

const ACCOUNT_KINDS = ['user', 'api_key', 'revoked_token', 'audit'] as const;
/** Small things of a list. */
export const ENTRY_KINDS = ['feedback', ...ACCOUNT_KINDS] as const;
export const RECORD_KINDS = ['calibration', 'rule', 'analysis', ...ENTRY_KINDS] as const;
export type ArchivedKind = (typeof RECORD_KINDS)[number];

/** Longest line, and longest record or photo, bytes. */
export const MAX_LINE = 2048;
export const MAX_BYTES = 32 * 2 ** 20;
/** Records and photos of one archive. */
export const MAX_ENTRIES = 2_000_000;

const Hash = z.string().regex(/^[0-9a-f]{64}$/);
const Id = z.string().min(1).max(200);
const Owner = z.string().max(200);
const size = { bytes: z.int().min(0).max(MAX_BYTES), sha256: Hash };

export const PhotoKey = z.string().regex(/^image\/[0-9a-f]{64}$/);

const Line = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('archive'),
    version: z.int(),
    program: z.string().max(100),
    created_at: z.iso.datetime(),
    accounts: z.boolean(),
    photos: z.boolean(),
  }),
  z.strictObject({ kind: z.enum(RECORD_KINDS), id: Id, ...size }),
  z.strictObject({
    kind: z.literal('photo'),
    id: PhotoKey,
    content_type: z.enum(['image/jpeg', 'image/png', 'image/webp']),
    ...size,
  }),
  z.strictObject({ kind: z.literal('end'), entries: z.int().min(0).max(MAX_ENTRIES), sha256: Hash }),
]);
export type Line = z.output<typeof Line>;
export type Head = Extract<Line, { kind: 'archive' }>;
export type Entry = Extract<Line, { bytes: number }>;
export type PhotoEntry = Extract<Line, { kind: 'photo' }>;

const Count = z.int().min(0);

/** Texts are the JSON that stores hold; they are checked where they are read, as those of every store. */
export const AnalysisContent = z.strictObject({
  owner: Owner,
  image_key: PhotoKey.nullable(),
  analysis: z.string(),
  state: z.string(),
  evaluations: z
    .strictObject({
      owner: Owner,
      at: z.iso.datetime(),
      rows: z.array(z.tuple([RuleId, Count, Count, Count])).max(100_000),
    })
    .nullable(),
});
export type AnalysisContent = z.output<typeof AnalysisContent>;

/** All versions, oldest first; `kept`: it was not removed. */
export const RuleContent = z.strictObject({ kept: z.boolean(), versions: z.array(z.string()).min(1).max(100_000) });
export type RuleContent = z.output<typeof RuleContent>;

export const TextContent = z.strictObject({ text: z.string() });

export const CONTENT = {
  analysis: AnalysisContent,
  rule: RuleContent,
  calibration: TextContent,
  feedback: TextContent,
  user: TextContent,
  api_key: TextContent,
  revoked_token: TextContent,
  audit: TextContent,
} as const satisfies Record<ArchivedKind, z.ZodType>;

const PlainId = Id.refine(isOneLine);

/** As those who read the records ask for them: under another id nobody could. */
export const ID = {
  analysis: AnalysisId,
  rule: RuleId,
  calibration: CalibrationId,
  feedback: FeedbackId,
  user: UserId,
  api_key: KeyId,
  revoked_token: PlainId,
  audit: PlainId,
} as const satisfies Record<ArchivedKind, z.ZodType>;

/** Throws VALIDATION_002 for a line that no archive has. */
export function lineOf(text: string, at: number): Line {
  const parsed = Line.safeParse(json(text, at));
  if (parsed.success) return parsed.data;
  throw notAnArchive('a line is not as it must be', at);
}

export function json(text: string, at: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notAnArchive('a line is no JSON', at);
  }
}

/** `at`: where in the file, bytes. */
export const notAnArchive = (why: string, at: number): AppError =>
  new AppError('VALIDATION_002', {
    message: `The file is no whole data archive: ${why} (at byte ${at}). Nothing was taken from it.`,
    advice: 'Export it again with "h200-mug data export", or copy it again: it is read whole or not at all.',
  });

/** `number`: of the record or photo in the archive, from 1. */
export const notUsable = (why: string, { kind }: Pick<Entry, 'kind'>, number: number): AppError =>
  new AppError('VALIDATION_002', {
    message: `Record ${number} of the archive (${kind}) ${why}. Nothing was taken from it.`,
    advice: 'Export it again with "h200-mug data export": it is taken whole or not at all.',
    details: { record: number, kind },
  });
