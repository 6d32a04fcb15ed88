import type { CallContext } from '../contract/call-context.ts';
import type { Image } from '../image/image.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Embedder } from '../ports/embedder.ts';
import type { Records } from '../ports/records.ts';

/** What searching is given; built by `app`. */
export interface SearchParts {
  readonly records: Records;
  readonly embedder: Embedder;
  readonly blobs: Blobs;
  readonly intake: {
    open(source: string, context: CallContext): Promise<Image>;
    fromBytes(bytes: Uint8Array, label?: string): Promise<Image>;
  };
  readonly now: () => Date;
  /** Has what cannot be compared yet made comparable; returns at once. */
  readonly prepare?: () => void;
}
