import { can, demand, type Owned } from '../access/can.ts';
import { readOwn } from '../access/read-own.ts';
import type { Analysis } from '../contract/analysis.ts';
import type { AnalyzeRequest, CheckedRequest } from '../contract/analyze-request.ts';
import type { CallContext } from '../contract/call-context.ts';
import { AnalysisId } from '../contract/ids.ts';
import { AppError, toAppError } from '../errors.ts';
import type { Image } from '../image/image.ts';
import type { StoredCalibration } from '../ports/records.ts';
import { announce } from './announce.ts';
import { cacheKey } from './cache-key.ts';
import { checkedRequest } from './checked-request.ts';
import type { AnalysisDeps } from './deps.ts';
import { checkAgainstImage } from './image-check.ts';
import { inTime } from './in-time.ts';
import { answerKey, keepAnswer, knownAnswer } from './known-answer.ts';
import { knownDetections } from './known-detections.ts';
import { detectOptions, runPipeline, type Source } from './pipeline.ts';
import { rulesOf } from './rules-of.ts';
import { storeAnswer } from './store-answer.ts';
import { discardImage, keepInTime, ofStored, readImage } from './stored-image.ts';
import { Turns } from './turns.ts';

/** Of the time limit, for the image to be kept: after it the answer says that it is not stored. */
const KEEPING_SHARE = 0.7;

const STAGES = 5;
const STAGE = {
  detect: [1, 'looking for objects'],
  measure: [2, 'measuring'],
  check: [3, 'checking the rules'],
} as const;

/** The one journey: image → detections → scene → verdicts → moves → stored analysis. Every surface calls this. */
export function createAnalyze(parts: AnalysisDeps) {
  const remembering = knownDetections(parts);
  const turns = new Turns();
  return async function analyze(context: CallContext, given: AnalyzeRequest): Promise<Analysis> {
    const started = performance.now();
    demand(context.principal, 'analysis:write');
    const request = checkedRequest(given);
    let keeping: Promise<string> | null = null;
    let leave = () => {};

    const journey = async (signal: AbortSignal): Promise<Analysis> => {
      const step = (done: number, message: string): void => {
        signal.throwIfAborted();
        context.progress?.(done, STAGES, message);
      };
      const stage = (name: keyof typeof STAGE) => step(STAGE[name][0], STAGE[name][1]);

      step(0, 'reading the image');
      const source = await readSource(parts, request, { ...context, signal });
      checkAgainstImage(request, source);
      const calibration = await storedCalibration(parts, context, request);
      const { rules, revision, repeated, unreadable, warning } = await rulesOf(
        context,
        request,
        parts.rules,
        parts.now(),
      );
      const model = request.detections ? null : await parts.detector.identity(detectOptions(request, signal));

      const image = source.image?.sha256 ?? null;
      const digest = cacheKey(request, {
        version: parts.version,
        store: parts.storeName,
        owner: context.principal.id,
        image,
        model,
        calibration: calibration ? `${calibration.calibration_id}@${calibration.created_at}` : null,
        markers: parts.readMarkers !== undefined,
        rulesRevision: [revision, ...unreadable].join(' '),
      });
      const key = answerKey(digest, image);
      const useCache = request.use_cache !== false && warning === undefined;
      const ofImage = source.image?.warnings ?? [];
      if (useCache) {
        const lookUp = () => knownAnswer(parts, context, key, { request, image });
        let known = await lookUp();
        if (known === null) {
          const turn = await turns.take(`${digest} ${request.store}`, signal);
          leave = turn.leave;
          if (!turn.isFirst) known = await lookUp();
        }
        (known ? parts.metrics.cacheHits : parts.metrics.cacheMisses).inc();
        if (known) {
          const warnings = [...ofImage, ...known.warnings];
          return { ...known, warnings, cached: true, processing_time_ms: elapsed(started) };
        }
      }
      const detector =
        request.use_cache === false ? parts.detector : remembering({ where: request.store ? 'shared' : 'here' });

      const untilLate = Math.max(1, KEEPING_SHARE * parts.timeoutMs - elapsed(started));
      keeping = request.store && source.image ? keepInTime(parts, source.image, untilLate, signal) : null;
      const running = runPipeline(
        { ...parts, detector },
        {
          request,
          source,
          calibration,
          rules,
          unreadable,
          rulesNotRead: warning !== undefined,
          signal,
          step: stage,
        },
      );
      const { content, state, outcomes } = await awaitBoth(running, keeping);
      step(4, request.store ? 'storing the answer' : 'writing the answer');
      const analysis: Analysis = {
        analysis_id: parts.newId('ana'),
        timestamp: parts.now().toISOString(),
        ...content,
        warnings: [...(warning === undefined ? [] : [warning]), ...content.warnings, ...repeated],
        cached: false,
        processing_time_ms: elapsed(started),
      };
      parts.metrics.ruleExecutions.inc(rules.length);
      for (const mug of analysis.detections) parts.metrics.confidence.observe(mug.confidence);
      let isStored = false;
      if (request.store) {
        const owner = context.principal.id;
        isStored = await storeAnswer(parts, keeping, { owner, analysis, state, outcomes, image: source.image });
        const calibrationId = calibration?.calibration_id ?? null;
        if (isStored) await announce(parts, analysis, { owner, rules, calibrationId });
        else discardImage(parts, keeping);
      }
      if (warning === undefined && isStored === request.store)
        keepAnswer(parts, key, analysis, isStored, ofImage.length);
      step(STAGES, 'done');
      parts.metrics.analyses.inc({ status: 'success' });
      return analysis;
    };

    try {
      return await inTime(context, parts.timeoutMs, journey);
    } catch (error) {
      discardImage(parts, keeping);
      const { code, http, message } = toAppError(error);
      parts.metrics.analyses.inc({ status: code === 'ANALYSIS_003' ? 'timeout' : 'error' });
      // Nobody waits for it: the answer is a failure anyhow.
      if (http >= 500) void parts.bus.emit({ type: 'error_occurred', code, message, owner: context.principal.id });
      throw error;
    } finally {
      leave();
    }
  };
}

const elapsed = (started: number) => Math.round(performance.now() - started);

async function readSource(parts: AnalysisDeps, request: CheckedRequest, context: CallContext): Promise<Source> {
  if (request.box_noise !== undefined && !request.detections) {
    throw new AppError('VALIDATION_001', {
      message: 'box_noise belongs to detections that you give; the models know their own.',
      details: { field: 'box_noise' },
    });
  }
  if (request.bytes || request.image !== undefined) {
    const image = request.bytes
      ? await parts.intake.fromBytes(request.bytes, request.image)
      : ((await storedImage(parts, context, request.image as string)) ??
        (await parts.intake.open(request.image as string, context)));
    return { image, width: image.width, height: image.height };
  }
  if (!request.detections) {
    throw new AppError('VALIDATION_001', {
      message: 'Neither an image nor detections were given.',
      details: { field: 'image' },
    });
  }
  if (!request.size) {
    throw new AppError('VALIDATION_001', {
      message: 'Detections without an image need the size of the image.',
      details: { field: 'size' },
    });
  }
  return { image: null, ...request.size };
}

/** The image of an earlier analysis of the caller's, named by its id; null: this is no id. */
async function storedImage(
  parts: AnalysisDeps,
  { principal, signal }: CallContext,
  name: string,
): Promise<Image | null> {
  const id = AnalysisId.safeParse(name.trim());
  if (!id.success) return null;
  const record = await parts.records.analyses.head(id.data);
  const own = record !== null && can(principal, 'analysis:read', record);
  const bytes = own && record.imageKey ? await readImage(parts, record.imageKey, signal) : undefined;
  if (bytes) return ofStored(id.data, () => parts.intake.fromBytes(bytes, id.data));
  throw new AppError('ANALYSIS_008', {
    message: 'There is no earlier analysis with this id whose image was kept.',
    advice: 'List recent analyses, or pass the image itself: a path, an https URL, a data URL or base64.',
    details: { id: id.data },
  });
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

/** Waits for the result; if it fails, the side task is still awaited, so nothing runs on unseen. */
async function awaitBoth<T>(result: Promise<T>, side: Promise<unknown> | null): Promise<T> {
  const [outcome] = await Promise.allSettled([result, side]);
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}
