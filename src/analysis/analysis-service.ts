import { can, demand, type Owned } from '../access/can.ts';
import { readOwn } from '../access/read-own.ts';
import { blankImage } from '../annotate/blank.ts';
import { annotateImage } from '../annotate/draw.ts';
import type { DrawState } from '../annotate/state.ts';
import { countFindings } from '../contract/analysis.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Permission, Principal } from '../contract/principal.ts';
import { filterTerms } from '../contract/search-terms.ts';
import { AppError } from '../errors.ts';
import type { StoredAnalysis } from '../ports/records.ts';
import { createAnalyze } from './analyze.ts';
import { analyzeBatch, streamBatch } from './batch.ts';
import { afterRemoval, daysAgo, deleteAnalyses, imageLeft } from './delete-analyses.ts';
import type { AnalysisDeps } from './deps.ts';
import { linkFile } from './file-link.ts';
import { forCaller } from './for-caller.ts';
import { callerOf } from './gate/caller-of.ts';
import { inTime } from './in-time.ts';
import { inTurn } from './pipeline.ts';
import { sceneDrawing } from './scene-drawing.ts';
import type { AnalysisService } from './service.ts';
import { ofStored, readImage } from './stored-image.ts';
import { whatIf } from './what-if.ts';

/** What every surface calls. One function does the journey; the rest reads what it stored. */
export function createAnalysisService(parts: AnalysisDeps): AnalysisService {
  const analyze = forCaller(createAnalyze(parts), parts);

  const notFound = (id: string) => new AppError('ANALYSIS_008', { details: { analysis_id: id } });

  /** The stored analysis, or ANALYSIS_008 also where it is not the caller's. */
  async function stored({ principal }: CallContext, id: string, permission: Permission): Promise<StoredAnalysis> {
    demand(principal, permission);
    const may = (record: Owned) => can(principal, permission, record);
    return readOwn(parts.records.analyses, id, may, () => notFound(id));
  }

  /** What was stored to draw it with. It may be deleted since it was read. */
  async function stateOf(id: string): Promise<DrawState> {
    const state = await parts.records.analyses.state(id);
    if (state === undefined) throw notFound(id);
    return drawable(id, state);
  }

  const service: AnalysisService = {
    analyze,
    batch: (context, requests) => analyzeBatch(parts, analyze, context, requests),
    stream: (context, requests) => streamBatch(parts, analyze, context, requests),
    get: async (context, id) => (await stored(context, id, 'analysis:read')).analysis,
    async list({ principal }, { calibration_id: calibrationId, ...page }) {
      demand(principal, 'analysis:read');
      if (calibrationId !== undefined) {
        return parts.records.analyses.search(principal.id, { terms: filterTerms({ calibrationId }) }, page);
      }
      return parts.records.analyses.list(principal.id, page);
    },
    async count({ principal }) {
      demand(principal, 'analysis:read');
      return parts.records.analyses.count({ owner: principal.id });
    },
    async ids({ principal }, prefix, limit) {
      demand(principal, 'analysis:read');
      return parts.records.analyses.ids(principal.id, prefix, limit);
    },
    async delete(context, id, { dryRun = false } = {}) {
      demand(context.principal, 'analysis:delete');
      // Not its content: what cannot be read any more can still be deleted.
      const head = await parts.records.analyses.head(id);
      if (head === null || !can(context.principal, 'analysis:delete', head)) throw notFound(id);
      const { imageKey, owner } = head;
      let deleted = 1;
      if (!dryRun) {
        deleted = Number(await parts.records.analyses.delete(id));
        const [failure] = await afterRemoval(parts, [{ id, owner, imageKey }]);
        await parts.records.analyses.purge();
        if (failure !== undefined) throw imageLeft(failure);
      }
      const left = await parts.records.analyses.count({ owner: context.principal.id });
      return { deleted, remaining: left - (dryRun ? 1 : 0), complete: true };
    },
    async deleteAll({ principal, signal, progress }, { olderThanDays, dryRun = false, owner = principal.id } = {}) {
      demand(principal, 'analysis:delete');
      if (owner !== principal.id) await demandRemoved(parts, principal, owner);
      const { analyses } = parts.records;
      const until = olderThanDays && daysAgo(parts.now(), olderThanDays);
      const filter = { owner, ...(until && { until }) };
      const due = await analyses.count(filter);
      if (dryRun) return { deleted: due, remaining: (await analyses.count({ owner })) - due, complete: true };
      const deadline = AbortSignal.timeout(parts.timeoutMs);
      const deleted = await deleteAnalyses(parts, filter, {
        limit: due,
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        onBatch: (done) => progress?.(Math.min(done, due), due, 'deleting'),
      });
      if (signal?.aborted) throw new AppError('ANALYSIS_006');
      const complete = deleted === due || (await analyses.count(filter)) === 0;
      return { deleted, remaining: await analyses.count({ owner }), complete };
    },
    async annotatedImage(context, id, options = {}) {
      const { imageKey, analysis } = await stored(context, id, 'analysis:read');
      const { scene, verdicts, moves } = await stateOf(id);
      const { width, height } = analysis.image;
      return inTime(context, parts.timeoutMs, async (signal) => {
        const bytes = imageKey ? await readImage(parts, imageKey, signal) : await blankImage(width, height);
        if (!bytes) throw new AppError('STORAGE_002', { details: { analysis_id: id } });
        const draw = () =>
          annotateImage({ bytes, width, height }, scene, verdicts, moves, {
            maxSize: options.maxSize ?? 1600,
            maxBytes: options.maxBytes ?? 5_000_000,
            counts: countFindings(analysis),
            units: options.units ?? analysis.units ?? 'metric',
            signal,
          });
        return ofStored(id, draw);
      });
    },
    async scene(context, id) {
      const { analysis } = await stored(context, id, 'analysis:read');
      return sceneDrawing(await stateOf(id), analysis.units ?? 'metric');
    },
    async whatIf(context, id, request) {
      demand(context.principal, 'rules:execute');
      const { analysis } = await stored(context, id, 'analysis:read');
      const until = performance.now() + parts.timeoutMs;
      return inTime(context, parts.timeoutMs, async (signal) => {
        const [state, { rules }] = await Promise.all([stateOf(id), parts.rules.active(context)]);
        const { movable } = request;
        const about = {
          source: { image: null },
          request: { detections: state.scene.objects, movable },
          ...{ rules, signal, until, caller: callerOf(context) },
          ...(context.priority && { priority: context.priority }),
        };
        return inTurn(parts, about, () => whatIf(parts.computing, { analysis, state }, request, rules, signal));
      });
    },
    async photo(context, id) {
      const { imageKey } = await stored(context, id, 'analysis:read');
      return inTime(context, parts.timeoutMs, async (signal) => {
        const bytes = imageKey === null ? undefined : await readImage(parts, imageKey, signal);
        const info = imageKey === null ? undefined : await parts.blobs.stat(imageKey);
        if (!bytes || !info) throw new AppError('STORAGE_002', { details: { analysis_id: id } });
        return { bytes, contentType: info.contentType };
      });
    },
    async link(context, id, options) {
      const { imageKey } = await stored(context, id, 'analysis:read');
      const { kind, id: callerId } = context.principal;
      const userId = kind === 'user' || kind === 'key' ? callerId : null;
      return linkFile(parts, id, imageKey, () => service.annotatedImage(context, id), options, userId);
    },
  };
  return service;
}

/** What a removed user left may be deleted by an administrator: nobody else could. Throws AUTH_003, AUTH_007. */
async function demandRemoved({ isUser }: AnalysisDeps, principal: Principal, owner: string): Promise<void> {
  demand(principal, 'admin:users');
  if (isUser !== undefined && !(await isUser(owner))) return;
  throw new AppError('AUTH_007', {
    message: 'There is a user of this id: analyses belong to their owner.',
    advice: 'Remove the user first.',
    details: { owner },
  });
}

/** Throws DB_003 for what was stored to draw with and is not that any more. */
function drawable(id: string, state: unknown): DrawState {
  const { scene, verdicts, moves } = (state ?? {}) as Partial<DrawState>;
  if (Array.isArray(scene?.objects) && Array.isArray(verdicts) && Array.isArray(moves))
    return { scene, verdicts, moves };
  throw new AppError('DB_003', {
    message: `What was stored to draw analysis ${id} is damaged; the analysis itself can be read.`,
    advice: 'Analyse the image again.',
    details: { analysis_id: id },
  });
}
