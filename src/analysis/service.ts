import type { EncodedImage } from '../annotate/encoded-image.ts';
import type { Analysis } from '../contract/analysis.ts';
import type { AnalysisListItem } from '../contract/analysis-list-item.ts';
import type { AnalyzeRequest } from '../contract/analyze-request.ts';
import type { BatchItem, BatchResult } from '../contract/batch.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { FileLink, FileLinkRequest } from '../contract/file-link.ts';
import type { UnitSystem } from '../contract/length-unit.ts';
import type { Page, PageRequest } from '../contract/page.ts';
import type { SceneDrawing } from '../contract/scene-drawing.ts';
import type { WhatIf, WhatIfRequest } from '../contract/what-if.ts';

/** Of a dry run: what would be. */
export interface Deletion {
  readonly deleted: number;
  /** The caller's analyses that are stored after it. */
  readonly remaining: number;
  /** Nothing of what was meant is left. */
  readonly complete: boolean;
}

export interface AnalysisListRequest extends PageRequest {
  /** Only those that were measured by it: of one camera. */
  readonly calibration_id?: string | undefined;
}

export interface AnalysisService {
  analyze(ctx: CallContext, request: AnalyzeRequest): Promise<Analysis>;
  /** At most 10 requests; one bad image never spoils the others. */
  batch(ctx: CallContext, requests: readonly AnalyzeRequest[]): Promise<BatchResult>;
  /** The same, each image as soon as it is ready; whoever stops reading ends the others. */
  stream(ctx: CallContext, requests: readonly AnalyzeRequest[]): AsyncGenerator<BatchItem, BatchResult>;
  get(ctx: CallContext, id: string): Promise<Analysis>;
  /** Newest first. By calibration a page may hold fewer than asked for, or none, and not be the last. */
  list(ctx: CallContext, page: AnalysisListRequest): Promise<Page<AnalysisListItem>>;
  count(ctx: CallContext): Promise<number>;
  /** Ids that begin with `prefix`, newest first. */
  ids(ctx: CallContext, prefix: string, limit: number): Promise<string[]>;
  /** With all that is known of it: the photo too, unless another analysis is of the same one. */
  delete(ctx: CallContext, id: string, options?: { dryRun?: boolean }): Promise<Deletion>;
  /**
   * The caller's own, all or those that are older, oldest first. A batch that was begun is ended, also when the caller
   * gives up (ANALYSIS_006) or the time limit is over (`complete` is false: call again). `owner`: those of a user who was
   * removed, for administrators; AUTH_007 where there is such a user.
   */
  deleteAll(
    ctx: CallContext,
    options?: { olderThanDays?: number; dryRun?: boolean; owner?: string },
  ): Promise<Deletion>;
  /** The photo with what was found drawn on it, long side at most `maxSize` px and at most `maxBytes`; in the units of the analysis, or in others. */
  annotatedImage(
    ctx: CallContext,
    id: string,
    options?: { maxSize?: number; maxBytes?: number; units?: UnitSystem },
  ): Promise<EncodedImage>;
  /** The stored photo as it is kept; STORAGE_002 where there is none. */
  photo(ctx: CallContext, id: string): Promise<{ readonly bytes: Buffer; readonly contentType: string }>;
  /** What was found, measured and judged, in pixels of the photo. */
  scene(ctx: CallContext, id: string): Promise<SceneDrawing>;
  /** The stored scene with things moved, under the caller's rules of now; nothing is stored. VALIDATION_002 for a move that cannot be. */
  whatIf(ctx: CallContext, id: string, request: WhatIfRequest): Promise<WhatIf>;
  /** An address of a picture that needs no login, until it expires. STORAGE_002 where there is no such picture. */
  link(ctx: CallContext, id: string, options: FileLinkRequest): Promise<FileLink>;
}
