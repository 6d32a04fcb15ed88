import type { CallContext } from '../contract/call-context.ts';
import type { SearchAnswer, SearchRequest } from '../contract/search.ts';

export interface SearchService {
  /**
   * The caller's own analyses that fit, newest first, or the most similar first where the request gives a picture, an
   * example or words that a model reads. VALIDATION_002 where too little of the words is understood, or where what is
   * not would turn the question round, and for a class that nobody knows; RULES_001 for such a rule; ANALYSIS_008 for an
   * example that is not there.
   */
  search(ctx: CallContext, request: SearchRequest): Promise<SearchAnswer>;
}
