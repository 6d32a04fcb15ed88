import * as z from 'zod';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);
const Count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Of its id, 20260131T235959123Z-…: two of one second have an order, which says what is the latest. */
export const timeOfBackup = (id: string): Date =>
  new Date(id.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z.*$/, '$1-$2-$3T$4:$5:$6.$7Z'));

export const BackupId = z
  .string()
  .regex(/^\d{8}T\d{9}Z-[0-9a-f]{8}$/)
  .refine((id) => Number.isFinite(timeOfBackup(id).getTime()));

export const MAX_PHOTO = 32 * 2 ** 20;
/** Of the store's file and of the list of photos, bytes: whole pages of SQLite. */
export const PART_BYTES = 4 * 2 ** 20;
const MAX_PARTS = 200_000;
export const MAX_MANIFEST = 32 * 2 ** 20;
/** Lost photos that are named. */
export const MAX_NAMED = 100;

/** Bytes that are kept in parts: all of `PART_BYTES` but the last. */
export const Stream = z
  .strictObject({ bytes: Count, sha256: Hash, parts: z.array(Hash).max(MAX_PARTS) })
  .refine(({ bytes, parts }) => parts.length === Math.ceil(bytes / PART_BYTES));
export type Stream = z.output<typeof Stream>;

/** A key and the end of its line, in the list of photos. */
export const LINE_BYTES = 'image/'.length + 64 + 1;

/** One backup: what it consists of. It is written last, so that what has none is none. */
export const Manifest = z.strictObject({
  id: BackupId,
  created_at: z.iso.datetime(),
  program: z.string().max(100),
  /** Of the store that was backed up; it goes into either. */
  store: z.enum(['embedded', 'mongodb']),
  /** As it was at one moment; else each record as it was when it was read. */
  moment: z.boolean(),
  analyses: Count,
  /** Of the store that could not be read. */
  unreadable: Count,
  /** An SQLite file as the embedded store has it. */
  records: Stream,
  photos: z
    .strictObject({
      count: Count,
      /** That analyses name and the store had not, or not whole; the first ones are named. */
      missing: Count,
      named: z.array(z.string().max(100)).max(MAX_NAMED),
      /** Their keys, one a line, in order. */
      list: Stream,
    })
    .refine(({ count, list }) => list.bytes === count * LINE_BYTES),
});
export type Manifest = z.output<typeof Manifest>;

export const PhotoHead = z.strictObject({
  key: z.string().regex(/^image\/[0-9a-f]{64}$/),
  content_type: z.enum(['image/jpeg', 'image/png', 'image/webp']),
  sha256: Hash,
});

/** What a place says of itself. `key` null: what is there is not encrypted. */
export const PlaceConfig = z.strictObject({
  format: z.literal('h200-mug backups'),
  version: z.int().min(1),
  key: z.strictObject({ salt: z.string().regex(/^[0-9a-f]{32}$/), proof: Hash }).nullable(),
});
export type PlaceConfig = z.output<typeof PlaceConfig>;
export const PLACE_VERSION = 1;

export const WRITE_ANEW = '"h200-mug backup create --full" writes anew what the store that was backed up still has.';
