import type { Image, ImageIntake } from '../image/image.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Bus } from '../ports/bus.ts';
import type { Cache } from '../ports/cache.ts';
import type { FileLinks } from '../ports/file-links.ts';
import type { Records } from '../ports/records.ts';
import type { RuleTimes } from '../rulebook/rule-times.ts';
import type { RuleBook } from '../rulebook/types.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { RuleVerdicts } from '../telemetry/series/rule-verdicts.ts';
import type { Backend } from './backend.ts';
import type { PipelineParts } from './pipeline.ts';

/** Everything the journey is given; built by `app.ts`. */
export interface AnalysisDeps extends PipelineParts {
  readonly intake: ImageIntake;
  /** Absent: this process computes. */
  readonly backend?: Backend;
  readonly records: Records;
  /** Tells these records from others. */
  readonly storeName: string;
  readonly rules: RuleBook;
  /** Absent: nobody asks what rules take. */
  readonly ruleTimes?: RuleTimes;
  /** Absent: nobody asks how rules came out over time. */
  readonly verdicts?: RuleVerdicts;
  readonly blobs: Blobs;
  readonly links: FileLinks;
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
