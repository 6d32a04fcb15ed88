import type { Readable } from 'node:stream';
import type { ByteSource } from './byte-stream.ts';

export interface PutOptions {
  /** More than this is VALIDATION_004. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface BlobInfo {
  /** Bytes. */
  readonly size: number;
  readonly contentType: string;
}

/** `stream` holds a file or a connection: read it to its end, or destroy it. */
export interface StoredBlob extends BlobInfo {
  readonly stream: Readable;
}

export interface BlobsStatus {
  readonly backend: 'disk' | 's3' | 'memory';
  /** `refused`: somebody has to change something, a key or a right, before it can answer. */
  readonly state: 'connecting' | 'connected' | 'unreachable' | 'refused';
}

export interface ListOptions {
  readonly prefix: string;
  /** Only what was put longer ago than this, ms. */
  readonly olderThanMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface TidyOptions {
  /** What another process may still be writing is younger than this, ms. */
  readonly olderThanMs: number;
  /** So much is looked at and no more. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Files by key. A call that its signal ends rejects with the signal's reason; else a call may throw STORAGE_001,
 * STORAGE_002 (it cannot be read), STORAGE_003, STORAGE_004 (the server that has them cannot be reached) and SYSTEM_002. What
 * is read is compared with what was put: other bytes end in STORAGE_002.
 */
export interface Blobs {
  /**
   * Resolves with the size in bytes when the whole of it is durable; until then readers see what was there before. A
   * source that fails, is longer than allowed or is aborted leaves nothing behind; its own error is passed on.
   */
  put(key: string, source: ByteSource, contentType: string, options: PutOptions): Promise<number>;
  get(key: string, options?: { signal?: AbortSignal | undefined }): Promise<StoredBlob | undefined>;
  stat(key: string): Promise<BlobInfo | undefined>;
  /**
   * Whether it was there and is gone. `inUse` is asked after the blob is out of sight of every process; where it answers
   * true or fails the blob is put back, unless a newer one took its place. So who stores a reference to a blob and then
   * finds the blob with `stat` keeps it.
   */
  delete(key: string, inUse?: () => Promise<boolean>): Promise<boolean>;
  /** Keys, in no order and not always from the same one on: who stops early sees others the next time. */
  list(options: ListOptions): AsyncIterable<string>;
  /** Whether a file of the store, named as `damaged` names it, is this key's. */
  nameOf(key: string): string;
  /** Names of files that say no more whose they are, or say something else than their place. */
  damaged(options: Omit<ListOptions, 'prefix'>): AsyncIterable<string>;
  /** Removes such a file unless a whole one has taken its place; whether it was removed. */
  discard(name: string): Promise<boolean>;
  /** Clears up after calls that were killed: what was never put whole goes, what was being deleted comes back. */
  tidy(options: TidyOptions): Promise<{ readonly removed: number; readonly restored: number }>;
  status(): BlobsStatus;
  /** Ends what was accepted, a few seconds at most; begins nothing more. */
  close(): Promise<void>;
}
