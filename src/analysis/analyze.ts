import { demand } from '../access/can.ts';
import { demandUrgency } from '../access/urgency.ts';
import type { Analysis } from '../contract/analysis.ts';
import type { AnalyzeRequest } from '../contract/analyze-request.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Permission } from '../contract/principal.ts';
import { AppError, isRefusal, toAppError } from '../errors.ts';
import { traced } from '../telemetry/trace/spans.ts';
import { announce } from './announce.ts';
import { hereBackend } from './backend.ts';
import { checkedRequest } from './checked-request.ts';
import type { AnalysisDeps } from './deps.ts';
import { FinishedAnswers, wordsOf } from './finished-answers.ts';
import { callerOf } from './gate/caller-of.ts';
import type { AnalysisGate } from './gate/gate.ts';
import { inTime } from './in-time.ts';
import { type Ahead, askAhead, inquire } from './inquiry.ts';
import { keepAnswer } from './known-answer.ts';
import { knownDetections } from './known-detections.ts';
import { gateFor } from './pipeline.ts';
import { type NamedSource, sourceReader } from './source.ts';
import { storeAnswer } from './store-answer.ts';
import { discardImage, keepInTime } from './stored-image.ts';
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
  const sources = sourceReader(parts);
  const backend = parts.backend ?? hereBackend(parts);
  const finished = new FinishedAnswers();
  const turns = new Turns();
  /** Photos of those who ask again where there is no place: read once. */
  const read = new WeakMap<AnalyzeRequest, Awaited<ReturnType<typeof sources.read>>>();
  return async function analyze(context: CallContext, given: AnalyzeRequest): Promise<Analysis> {
    const started = performance.now();
    demand(context.principal, permissionFor(given));
    demandUrgency(context);
    const request = checkedRequest(given);
    let keeping: Promise<string> | null = null;
    let leave = () => {};
    let { gate } = parts;

    const journey = async (signal: AbortSignal): Promise<Analysis> => {
      const step = (done: number, message: string): void => {
        signal.throwIfAborted();
        context.progress?.(done, STAGES, message);
      };
      const stage = (name: keyof typeof STAGE) => step(STAGE[name][0], STAGE[name][1]);

      step(0, 'reading the image');
      const words = request.use_cache === false ? null : wordsOf(request, context.principal.id);
      const ahead = askAhead(parts, finished, context, words);
      const about = (source: NamedSource, first: Ahead | null = null) =>
        inquire(parts, finished, { ...context, signal }, request, source, first);
      const answered = (known: Analysis, ofImage: readonly string[]): Analysis => {
        parts.metrics.cacheHits.inc();
        const warnings = [...ofImage, ...known.warnings];
        return { ...known, warnings, cached: true, processing_time_ms: elapsed(started) };
      };
      const named = request.use_cache === false ? null : await sources.recall(request, context);
      if (named !== null) {
        const { about: key, rules, firstLook } = await about(named, ahead);
        const known = rules.warning === undefined ? await firstLook() : null;
        if (known) {
          if (words !== null) finished.rememberKey(words, key);
          return answered(known, named.image?.warnings ?? []);
        }
      }
      const source = read.get(given) ?? (await sources.read(request, { ...context, signal }));
      if (context.asksAgain) read.set(given, source);
      const { calibration, rules: active, model, key, firstLook, look } = await about(source);
      const { rules, repeated, unreadable, warning } = active;
      gate = gateFor(parts, { source, request, rules });
      const ofImage = source.image?.warnings ?? [];
      if (request.use_cache !== false && warning === undefined) {
        let known = await firstLook();
        if (known === null) {
          const turn = await turns.take(`${key.digest} ${request.store}`, signal);
          leave = turn.leave;
          if (!turn.isFirst) known = await look();
        }
        if (known) return answered(known, ofImage);
        parts.metrics.cacheMisses.inc();
      }
      const detector =
        request.use_cache === false ? parts.detector : remembering({ where: request.store ? 'shared' : 'here' });

      // Kept beside what is computed, not while it waits for its turn.
      const keep = (): typeof keeping => {
        if (!request.store || source.image === null) return null;
        const untilLate = Math.max(1, KEEPING_SHARE * (parts.timeoutMs - elapsed(started)));
        keeping ??= keepInTime(parts, source.image, untilLate, signal);
        // Its failure is heard once there is an answer.
        keeping.catch(() => undefined);
        return keeping;
      };
      const running = backend.run(
        { ...parts, detector },
        {
          request,
          source,
          calibration,
          rules,
          unreadable,
          rulesNotRead: warning !== undefined,
          signal,
          step(name) {
            stage(name);
            keep();
          },
          caller: callerOf(context),
          question: `${key.digest} ${request.store}`,
          principal: context.principal,
          priority: context.priority ?? 'normal',
          repeats: context.repeats ?? false,
          model,
          until: started + parts.timeoutMs,
        },
      );
      const { content, state, outcomes, times, passing } = await ended(running, keep, () => keeping);
      step(4, request.store ? 'storing the answer' : 'writing the answer');
      const analysis: Analysis = {
        analysis_id: parts.newId('ana'),
        timestamp: parts.now().toISOString(),
        ...content,
        ...(calibration && {
          calibration: { ...content.calibration, calibration_id: calibration.calibration_id },
        }),
        warnings: [...(warning === undefined ? [] : [warning]), ...content.warnings, ...repeated],
        cached: false,
        processing_time_ms: elapsed(started),
      };
      parts.metrics.ruleExecutions.inc(rules.length);
      parts.ruleTimes?.add(context.principal.id, times);
      for (const mug of analysis.detections) parts.metrics.confidence.observe(mug.confidence);
      let isStored = false;
      if (request.store) {
        const owner = context.principal.id;
        isStored = await storeAnswer(parts, keeping, { owner, analysis, state, outcomes, image: source.image });
        if (isStored) {
          const { delegation } = context;
          const calibrationId = calibration?.calibration_id ?? null;
          await announce(parts, analysis, {
            rules,
            calibrationId,
            whose: { owner, ...(delegation && { delegation }) },
          });
        } else discardImage(parts, keeping);
      }
      if (warning === undefined && !passing && isStored === request.store)
        keepAnswer(parts, key, analysis, isStored, ofImage.length);
      step(STAGES, 'done');
      read.delete(given);
      parts.metrics.analyses.inc({ status: 'success' });
      if (analysis.model) parts.metrics.analysed(analysis.model.name, (performance.now() - started) / 1000);
      return analysis;
    };

    try {
      return await traced('analysis', {}, async (span) => {
        const analysis = await inTime(context, parts.timeoutMs, journey);
        span.set({ 'h200.cached': analysis.cached, 'h200.objects': analysis.objects.length });
        return analysis;
      });
    } catch (error) {
      discardImage(parts, keeping);
      const failure = toAppError(error);
      const { code, message } = failure;
      if (isRefusal(failure) && context.asksAgain) throw error;
      read.delete(given);
      const isOurs = failure.http >= 500 && !isRefusal(failure);
      parts.metrics.analyses.inc({ status: code === 'ANALYSIS_003' ? 'timeout' : isOurs ? 'error' : 'refused' });
      if (isRefusal(failure)) parts.metrics.turnedAway.inc({ priority: context.priority ?? 'normal' });
      // Nobody waits for it: the answer is a failure anyhow.
      if (isOurs) void parts.bus.emit({ type: 'error_occurred', code, message, owner: context.principal.id });
      throw code === 'ANALYSIS_003' ? withTime(failure, gate, context) : error;
    } finally {
      leave();
    }
  };
}

/** Trying rules that are named keeps nothing. */
const permissionFor = ({ only_rules, store }: AnalyzeRequest): Permission =>
  only_rules !== undefined && store === false ? 'rules:execute' : 'analysis:write';

/** Whoever asks again at once finds the server as busy as it was. */
function withTime(late: AppError, gate: AnalysisGate | undefined, context: CallContext): AppError {
  if (gate === undefined || late.retryAfterS !== undefined) return late;
  const { message, advice, details, cause } = late;
  const retryAfterS = gate.comeBack(callerOf(context), context.priority ?? 'normal');
  return new AppError('ANALYSIS_003', { message, advice, details, cause, retryAfterS });
}

const elapsed = (started: number) => Math.round(performance.now() - started);

/** What was computed, once its photo is kept too. If it fails, what is being kept is still awaited: nothing runs on unseen. */
async function ended<T>(result: Promise<T>, keep: () => Side, kept: () => Side): Promise<T> {
  const [outcome] = await Promise.allSettled([result]);
  await Promise.allSettled([outcome.status === 'rejected' ? kept() : keep()]);
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}

type Side = Promise<unknown> | null;
