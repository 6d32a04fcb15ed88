import type { ImageGradient } from '../contract/image-gradient.ts';
import type { SeenTags } from '../contract/seen-tag.ts';
import type { Image, ImageIntake } from '../image/image.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Bus } from '../ports/bus.ts';
import type { Cache } from '../ports/cache.ts';
import type { Computing } from '../ports/computing.ts';
import type { Detector } from '../ports/detector.ts';
import type { Records } from '../ports/records.ts';
import type { RuleBook } from '../rulebook/types.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Everything the journey is given; built by `app.ts`. */
export interface AnalysisDeps {
  readonly intake: ImageIntake;
  readonly detector: Detector;
  /** How the image's brightness changes; null where finding out takes too long. */
  readonly readGradient: (image: Image, signal?: AbortSignal) => Promise<ImageGradient | null>;
  /** Tags of the printed sheet; null where finding out takes too long. Absent: nobody looks for them. */
  readonly readMarkers?: (image: Image, signal?: AbortSignal) => Promise<SeenTags | null>;
  readonly computing: Computing;
  readonly records: Records;
  /** Tells these records from others. */
  readonly storeName: string;
  readonly rules: RuleBook;
  readonly blobs: Blobs;
  readonly cache: Cache;
  readonly bus: Bus;
  readonly metrics: Metrics;
  /** The image's bytes without EXIF, XMP and comments: what is kept never holds a place or a name. */
  readonly withoutMetadata: (image: Image, signal?: AbortSignal) => Promise<Buffer>;
  /** Of the program. */
  readonly version: string;
  readonly timeoutMs: number;
  /** Analyses that may wait at once, of everyone. */
  readonly places: number;
  /** Absent: whoever asks, there may be one. */
  readonly isUser?: (id: string) => Promise<boolean>;
  readonly newId: (prefix: 'ana' | 'batch') => string;
  readonly now: () => Date;
}
