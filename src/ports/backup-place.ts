import { AppError } from '../errors.ts';

/** Where backups lie: a folder or a bucket. Names are those of `PLACE_NAMES` alone, so that none is a path of others. */
export interface BackupPlace {
  /** For people, without secrets. */
  readonly label: string;
  /** Null where there is none; throws BACKUP_002 where it is longer. */
  get(name: string, maxBytes: number): Promise<Buffer | null>;
  /** Whole and durable when it resolves; until then what was there before is seen. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** False, and nothing is done, where there is one. */
  putNew(name: string, bytes: Uint8Array): Promise<boolean>;
  remove(name: string): Promise<void>;
  /** Names that begin so, in no order. */
  list(prefix: 'objects/' | 'backups/', signal?: AbortSignal): AsyncIterable<string>;
  /** When it was last written, by the place's own clock: ms, Unix time. Null where there is none. */
  changedAt(name: string): Promise<number | null>;
  /** The place's own clock, ms. */
  now(): number;
  /** What killed processes left half written goes. Only who has the lock may. */
  tidy(): Promise<void>;
  /** Something there that no backup has, by its name; null: there is nothing, or the place is a folder of a bucket, where it does no harm. */
  strange(): Promise<string | null>;
  close(): Promise<void>;
}

export const CONFIG = 'h200-backup.json';
export const LOCK = 'lock';

/** Everything that a place can have. */
const PLACE_NAMES =
  /^(h200-backup\.json|lock|backups\/\d{8}T\d{9}Z-[0-9a-f]{8}(\.json)?|objects\/[0-9a-f]{2}\/[0-9a-f]{64})$/;

export const isPlaceName = (name: string): boolean => PLACE_NAMES.test(name);

export const objectPlace = (name: string): string => `objects/${name.slice(0, 2)}/${name}`;
export const backupPlace = (id: string): string => `backups/${id}`;
/** Of a copy of `CONFIG` that belongs to the backup; older programs pass it by. */
export const configCopyPlace = (id: string): string => `backups/${id}.json`;

/** `why`: "its hash is another". */
export const damagedBackup = (why: string, cause?: unknown): AppError =>
  new AppError('BACKUP_002', { message: `The backup cannot be used: ${why}.`, ...(cause !== undefined && { cause }) });
