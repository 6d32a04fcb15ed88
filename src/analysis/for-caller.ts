import { shownTo } from '../access/shown-error.ts';
import type { Analysis } from '../contract/analysis.ts';
import type { AnalyzeRequest } from '../contract/analyze-request.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Priority } from '../contract/priority.ts';
import { AppError } from '../errors.ts';
import { FairShare } from '../fair-share.ts';
import type { AnalysisDeps } from './deps.ts';
import { callerOf } from './gate/caller-of.ts';
import { ALONE } from './gate/gate.ts';

type Parts = Pick<AnalysisDeps, 'places' | 'gate' | 'metrics'>;
type Analyze = (context: CallContext, request: AnalyzeRequest) => Promise<Analysis>;

/**
 * The journey as one of many callers gets it: none takes more than its share of the places in the queue (RATE_001), and errors
 * hold no details that the caller may not know. Who is alone, as on stdio, has all places.
 */
export function forCaller(analyze: Analyze, { places, gate, metrics }: Parts): Analyze {
  // Whom the gate lets wait, those with an appointment besides, and what is read before it: it is the gate that shares the places.
  const shares = new FairShare(gate === undefined ? places : 2 * (places + gate.atOnce));
  return async (context, request) => {
    const caller = callerOf(context);
    const giveBack = caller === ALONE ? () => {} : shares.take(caller);
    if (giveBack === null) {
      const { priority = 'normal' } = context;
      if (!context.asksAgain) countRefused(metrics, priority);
      throw gate?.refusal(caller, priority, shares.most) ?? tooMany(shares.most);
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

/** One that was not begun. */
export function countRefused({ analyses, turnedAway }: AnalysisDeps['metrics'], priority: Priority): void {
  analyses.inc({ status: 'refused' });
  turnedAway.inc({ priority });
}

const tooMany = (most: number) =>
  new AppError('RATE_001', {
    message: `This caller has ${most} analyses running, which is its share.`,
    advice: 'Wait until one of them has ended, then send the next.',
    details: { limit: most },
    retryAfterS: 1,
  });
