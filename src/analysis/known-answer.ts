import * as z from 'zod';
import { can, type Owned } from '../access/can.ts';
import { isUnreadable } from '../access/read-own.ts';
import type { Analysis } from '../contract/analysis.ts';
import type { CheckedRequest } from '../contract/analyze-request.ts';
import type { CallContext } from '../contract/call-context.ts';
import { AnalysisId } from '../contract/ids.ts';
import { isStoreGone } from '../errors.ts';
import type { CacheKey } from '../ports/cache.ts';
import type { AnalysisRecords } from '../ports/records.ts';
import type { AnalysisDeps } from './deps.ts';
import type { FinishedAnswers } from './finished-answers.ts';

type Parts = Pick<AnalysisDeps, 'cache' | 'records'>;

/** Of a stored analysis only where it is, so that nothing of it is left once it is deleted. */
const KnownStored = z.strictObject({
  stored: AnalysisId,
  /** How many of its warnings are of its image. */
  ofImage: z.int().min(0).max(1000),
});

/** What the cache holds: of one that is not stored the answer, in this process only. */
type Known = z.infer<typeof KnownStored> | { readonly analysis: Analysis };

const FromOutside: z.ZodType<Known> = KnownStored;

export const answerKey = (digest: string, image: string | null): CacheKey => ({
  kind: 'analysis',
  subject: image ?? digest,
  digest,
});

interface Asked {
  readonly request: CheckedRequest;
  readonly image: string | null;
  /** What this process remembers as the answer, and whether its record is still there. */
  readonly guessed: { readonly analysis: Analysis; readonly head: ReturnType<AnalysisRecords['head']> } | undefined;
  readonly finished: FinishedAnswers;
  /** Its place among what is finished. */
  readonly about: string;
}

/** The answer to the same request, without the warnings that are of its image; null: nobody has one. */
export async function knownAnswer(
  { cache, records }: Parts,
  { principal }: CallContext,
  key: CacheKey,
  { request, image, guessed, finished, about }: Asked,
): Promise<Analysis | null> {
  const known = await cache.get(key, FromOutside);
  if (known === undefined) return null;
  if ('analysis' in known) return request.store ? null : known.analysis;
  const mayRead = (record: Owned) => can(principal, 'analysis:read', record);
  if (guessed?.analysis.analysis_id === known.stored) {
    const head = await guessed.head.catch(unlessGone);
    if (head === null || !mayRead(head)) {
      finished.drop(about);
      return null;
    }
    return { ...guessed.analysis, warnings: guessed.analysis.warnings.slice(known.ofImage) };
  }
  const record = await records.analyses.get(known.stored).catch(unlessGone);
  // Who can write into the cache could name any analysis.
  if (record === null || record.analysis.image.sha256 !== image || !mayRead(record)) return null;
  finished.keep(about, record.analysis);
  return { ...record.analysis, warnings: record.analysis.warnings.slice(known.ofImage) };
}

function unlessGone(thrown: unknown): null {
  if (isUnreadable(thrown) || isStoreGone(thrown)) return null;
  throw thrown;
}

/** The same image may be named in another way the next time, so what its name says (the first warnings) is not kept. */
export function keepAnswer(
  { cache }: Pick<Parts, 'cache'>,
  key: CacheKey,
  analysis: Analysis,
  isStored: boolean,
  ofImage: number,
): void {
  const known: Known = isStored
    ? { stored: analysis.analysis_id, ofImage }
    : { analysis: { ...analysis, warnings: analysis.warnings.slice(ofImage) } };
  void cache.set(key, known, { where: isStored ? 'shared' : 'here' });
}
