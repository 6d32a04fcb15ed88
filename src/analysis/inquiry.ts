import { can, type Owned } from '../access/can.ts';
import { readOwn } from '../access/read-own.ts';
import type { Analysis } from '../contract/analysis.ts';
import type { CheckedRequest } from '../contract/analyze-request.ts';
import type { CallContext } from '../contract/call-context.ts';
import { AppError } from '../errors.ts';
import type { CacheKey } from '../ports/cache.ts';
import type { ModelIdentity } from '../ports/detector.ts';
import type { AnalysisRecords, StoredCalibration } from '../ports/records.ts';
import type { ActiveRules } from '../rulebook/types.ts';
import { hereBackend } from './backend.ts';
import { cacheKey } from './cache-key.ts';
import type { AnalysisDeps } from './deps.ts';
import type { FinishedAnswers } from './finished-answers.ts';
import { checkAgainstImage } from './image-check.ts';
import { answerKey, knownAnswer } from './known-answer.ts';
import { detectOptions } from './pipeline.ts';
import { rulesOf } from './rules-of.ts';
import type { NamedSource } from './source.ts';

export interface Inquiry {
  /** The part of the key that needs no look into the store. */
  readonly about: string;
  readonly calibration: StoredCalibration | null;
  readonly rules: Awaited<ReturnType<typeof rulesOf>>;
  /** What would look at the image; null: the caller gave the detections. */
  readonly model: ModelIdentity | null;
  readonly key: CacheKey;
  /** The answer as it is known now; null: nobody has one. Looks that began with the inquiry are not made again. */
  readonly firstLook: () => Promise<Analysis | null>;
  readonly look: () => Promise<Analysis | null>;
}

/** What the store was asked before the image was looked at: it answers meanwhile. */
export interface Ahead {
  readonly about: string;
  readonly guessed: { readonly analysis: Analysis; readonly head: ReturnType<AnalysisRecords['head']> };
  readonly active: Promise<ActiveRules>;
}

/** For words that were said before; null for others. */
export function askAhead(
  parts: AnalysisDeps,
  finished: FinishedAnswers,
  context: CallContext,
  words: string | null,
): Ahead | null {
  const about = words === null ? undefined : finished.keyOf(words);
  const guess = about === undefined ? undefined : finished.get(about);
  if (about === undefined || guess === undefined) return null;
  return {
    about,
    guessed: guessedAnswer(parts, guess),
    active: unheeded(parts.rules.active(context)),
  };
}

const guessedAnswer = ({ records }: AnalysisDeps, analysis: Analysis) => ({
  analysis,
  head: unheeded(records.analyses.head(analysis.analysis_id)),
});

/** Everything besides the image that an answer follows from, as it is now, and with it the answer's place in the cache. */
export async function inquire(
  parts: AnalysisDeps,
  finished: FinishedAnswers,
  context: CallContext & { readonly signal: AbortSignal },
  request: CheckedRequest,
  source: NamedSource,
  ahead: Ahead | null = null,
): Promise<Inquiry> {
  checkAgainstImage(request, source);
  const image = source.image?.sha256 ?? null;
  const digestOf = (model: ModelIdentity | null, calibration: string | null, rulesRevision: string) =>
    cacheKey(request, {
      version: parts.version,
      store: parts.storeName,
      owner: context.principal.id,
      image,
      model,
      calibration,
      markers: parts.readMarkers !== undefined,
      rulesRevision,
    });
  const about = digestOf(null, null, '');
  const guess = request.use_cache === false ? undefined : finished.get(about);
  // Asked before it is known whether it will be needed: the store answers it together with the revision of the rules.
  const guessed = ahead?.about === about ? ahead.guessed : guess && guessedAnswer(parts, guess);
  const calibration = await storedCalibration(parts, context, request);
  const rules = await rulesOf(context, request, parts.rules, parts.now(), ahead?.active);
  const backend = parts.backend ?? hereBackend(parts);
  const model = request.detections
    ? null
    : await backend.identity(detectOptions(request, context.signal), {
        image,
        principal: context.principal.id,
      });
  const calibrationVersion = calibration && `${calibration.calibration_id}@${calibration.created_at}`;
  const digest = digestOf(model, calibrationVersion, [rules.revision, ...rules.unreadable].join(' '));
  const key = answerKey(digest, image);
  const lookWith = (first: typeof guessed) => () =>
    knownAnswer(parts, context, key, { request, image, guessed: first, finished, about });
  return { about, calibration, rules, model, key, firstLook: lookWith(guessed), look: lookWith(undefined) };
}

async function storedCalibration(
  parts: AnalysisDeps,
  { principal }: CallContext,
  request: CheckedRequest,
): Promise<StoredCalibration | null> {
  if (request.calibration_id === undefined) return null;
  const { calibration_id } = request;
  const may = (record: Owned) => can(principal, 'analysis:read', record);
  return readOwn(
    parts.records.calibrations,
    calibration_id,
    may,
    () => new AppError('CALIBRATION_002', { details: { calibration_id } }),
  );
}

/** A rejection that perhaps nobody waits for. */
function unheeded<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
