import { shownTo } from '../access/shown-error.ts';
import type { Analysis } from '../contract/analysis.ts';
import type { AnalyzeRequest } from '../contract/analyze-request.ts';
import type { CallContext } from '../contract/call-context.ts';
import { AppError } from '../errors.ts';
import { FairShare } from '../fair-share.ts';
import type { Admission } from './admission.ts';

type Analyze = (context: CallContext, request: AnalyzeRequest) => Promise<Analysis>;

/**
 * The journey as one of many callers gets it: none takes more than its share of the places in the queue (RATE_001), and errors
 * hold no details that the caller may not know. Who is alone, as on stdio, has all places.
 */
export function forCaller(analyze: Analyze, places: number, admission?: Admission): Analyze {
  const shares = new FairShare(places);
  return async (context, request) => {
    const sharer = sharerOf(context);
    const giveBack = sharer === null ? () => {} : shares.take(sharer);
    if (giveBack === null) {
      const who = { owner: sharer ?? '', priority: context.priority ?? 'normal' };
      throw tooMany(shares.most, admission?.retryAfterS(who) ?? 1);
    }
    try {
      return await analyze(context, request);
    } catch (thrown) {
      throw thrown instanceof AppError ? shownTo(context.principal, thrown) : thrown;
    } finally {
      giveBack();
    }
  };
}

/** All callers without an account are one principal: they share by where they call from. */
export function sharerOf({ principal, client }: CallContext): string | null {
  if (principal.kind !== 'local') return `principal ${principal.id}`;
  return client === undefined ? null : `client ${client}`;
}

const tooMany = (most: number, retryAfterS: number) =>
  new AppError('RATE_001', {
    message: `This caller has ${most} analyses running, which is its share.`,
    advice: 'Wait until one of them has ended, then send the next.',
    details: { limit: most },
    retryAfterS,
  });
