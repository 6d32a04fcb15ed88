import { can, type Owned } from '../access/can.ts';
import { readOwn } from '../access/read-own.ts';
import type { Analysis } from '../contract/analysis.ts';
import type { CheckedRequest } from '../contract/analyze-request.ts';
import type { CallContext } from '../contract/call-context.ts';
import { AppError } from '../errors.ts';
import type { CacheKey } from '../ports/cache.ts';
import type { ModelIdentity } from '../ports/detector.ts';
import type { StoredCalibration } from '../ports/records.ts';
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
  readonly calibration: StoredCalibration | null;
  readonly rules: Awaited<ReturnType<typeof rulesOf>>;
  /** What would look at the image; null: the caller gave the detections. */
  readonly model: ModelIdentity | null;
  readonly key: CacheKey;
  /** The answer as it is known now; null: nobody has one. Looks that began with the inquiry are not made again. */
  readonly firstLook: () => Promise<Analysis | null>;
  readonly look: () => Promise<Analysis | null>;
}

/** Everything besides the image that an answer follows from, as it is now, and with it the answer's place in the cache. */
export async function inquire(
  parts: AnalysisDeps,
  finished: FinishedAnswers,
  context: CallContext & { readonly signal: AbortSignal },
  request: CheckedRequest,
  source: NamedSource,
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
  const guessed = guess && { analysis: guess, head: unheeded(parts.records.analyses.head(guess.analysis_id)) };
  const calibration = await storedCalibration(parts, context, request);
  const rules = await rulesOf(context, request, parts.rules, parts.now());
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
  return { calibration, rules, model, key, firstLook: lookWith(guessed), look: lookWith(undefined) };
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
