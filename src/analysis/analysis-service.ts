import { can, demand } from '../access/can.ts';
import { blankImage } from '../annotate/blank.ts';
import { annotateImage } from '../annotate/draw.ts';
import type { DrawState } from '../annotate/state.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Permission } from '../contract/principal.ts';
import { AppError } from '../errors.ts';
import type { StoredAnalysis } from '../ports/records.ts';
import { createAnalyze } from './analyze.ts';
import { analyzeBatch } from './batch.ts';
import type { AnalysisDeps } from './deps.ts';
import { inTime } from './in-time.ts';
import type { AnalysisService } from './service.ts';
import { readImage, removeIfUnused } from './stored-image.ts';

/** What every surface calls. One function does the journey; the rest reads what it stored. */
export function createAnalysisService(parts: AnalysisDeps): AnalysisService {
  const analyze = createAnalyze(parts);

  const notFound = (id: string) => new AppError('ANALYSIS_008', { details: { analysis_id: id } });

  /** The stored analysis, or ANALYSIS_008 also where it is not the caller's. */
  async function stored({ principal }: CallContext, id: string, permission: Permission): Promise<StoredAnalysis> {
    demand(principal, permission);
    const record = await parts.records.analyses.get(id);
    if (!record || !can(principal, permission, record)) throw notFound(id);
    return record;
  }

  return {
    analyze,
    batch: (context, requests) => analyzeBatch(parts, analyze, context, requests),
    get: async (context, id) => (await stored(context, id, 'analysis:read')).analysis,
    async list({ principal }, page) {
      demand(principal, 'analysis:read');
      return parts.records.analyses.list(principal.id, page);
    },
    async count({ principal }) {
      demand(principal, 'analysis:read');
      return parts.records.analyses.count(principal.id);
    },
    async ids({ principal }, prefix, limit) {
      demand(principal, 'analysis:read');
      return parts.records.analyses.ids(principal.id, prefix, limit);
    },
    async delete(context, id) {
      const { imageKey } = await stored(context, id, 'analysis:delete');
      await parts.records.analyses.delete(id);
      if (imageKey) await removeIfUnused(parts, imageKey);
    },
    async annotatedImage(context, id, options = {}) {
      const { imageKey, analysis } = await stored(context, id, 'analysis:read');
      const state = await parts.records.analyses.state(id);
      // It may be deleted in between.
      if (state === undefined) throw notFound(id);
      const { scene, verdicts, moves } = state as DrawState;
      const { width, height } = analysis.image;
      return inTime(context, parts.timeoutMs, async (signal) => {
        const bytes = imageKey ? await readImage(parts, imageKey, signal) : await blankImage(width, height);
        if (!bytes) throw new AppError('STORAGE_002', { details: { analysis_id: id } });
        return annotateImage({ bytes, width, height }, scene, verdicts, moves, {
          maxSize: options.maxSize ?? 1600,
          maxBytes: options.maxBytes ?? 5_000_000,
          signal,
        });
      });
    },
  };
}
