import type { Picture } from '../annotate/picture.ts';
import type { Analysis } from '../contract/analysis.ts';
import type { AnalyzeRequest } from '../contract/analyze-request.ts';
import type { BatchResult } from '../contract/batch.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Page, PageRequest } from '../contract/page.ts';

export interface AnalysisService {
  analyze(request: AnalyzeRequest, context?: CallContext): Promise<Analysis>;
  /** At most 10 requests; one bad image never spoils the others. */
  batch(requests: readonly AnalyzeRequest[], context?: CallContext): Promise<BatchResult>;
  get(id: string): Promise<Analysis>;
  list(page: PageRequest): Promise<Page<Analysis>>;
  delete(id: string): Promise<void>;
  /** The photo with what was found drawn on it, long side at most `maxSize` px and at most `maxBytes`. */
  picture(id: string, options?: { maxSize?: number; maxBytes?: number }): Promise<Picture>;
}
