import type { EncodedImage } from '../annotate/encoded-image.ts';
import type { Analysis } from '../contract/analysis.ts';
import type { AnalysisListItem } from '../contract/analysis-list-item.ts';
import type { AnalyzeRequest } from '../contract/analyze-request.ts';
import type { BatchResult } from '../contract/batch.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Page, PageRequest } from '../contract/page.ts';

export interface AnalysisService {
  analyze(ctx: CallContext, request: AnalyzeRequest): Promise<Analysis>;
  /** At most 10 requests; one bad image never spoils the others. */
  batch(ctx: CallContext, requests: readonly AnalyzeRequest[]): Promise<BatchResult>;
  get(ctx: CallContext, id: string): Promise<Analysis>;
  /** Newest first. */
  list(ctx: CallContext, page: PageRequest): Promise<Page<AnalysisListItem>>;
  count(ctx: CallContext): Promise<number>;
  /** Ids that begin with `prefix`, newest first. */
  ids(ctx: CallContext, prefix: string, limit: number): Promise<string[]>;
  delete(ctx: CallContext, id: string): Promise<void>;
  /** The photo with what was found drawn on it, long side at most `maxSize` px and at most `maxBytes`. */
  annotatedImage(
    ctx: CallContext,
    id: string,
    options?: { maxSize?: number; maxBytes?: number },
  ): Promise<EncodedImage>;
}
