import { blankPicture } from '../annotate/blank.ts';
import { drawPicture } from '../annotate/draw.ts';
import type { DrawState } from '../annotate/state.ts';
import { AppError } from '../errors.ts';
import type { StoredAnalysis } from '../ports/records.ts';
import { createAnalyze } from './analyze.ts';
import { analyzeBatch } from './batch.ts';
import type { AnalysisParts } from './parts.ts';
import { createRuleSource } from './rule-set.ts';
import type { AnalysisService } from './service.ts';

/** What every surface calls. One function does the journey; the rest reads what it stored. */
export function createAnalysisService(parts: AnalysisParts): AnalysisService {
  const analyze = createAnalyze(parts, createRuleSource(parts.records.rules, parts.rules, parts.now));

  async function stored(id: string): Promise<StoredAnalysis> {
    const record = await parts.records.analyses.get(id);
    if (!record) throw new AppError('ANALYSIS_008', { details: { analysis_id: id } });
    return record;
  }

  return {
    analyze,
    batch: (requests, context) => analyzeBatch(parts, analyze, requests, context),
    get: async (id) => (await stored(id)).analysis,
    list: (page) => parts.records.analyses.list(page),
    async delete(id) {
      const { imageKey } = await stored(id);
      await parts.records.analyses.delete(id);
      if (imageKey && !(await parts.records.analyses.imageInUse(imageKey))) await parts.blobs.delete(imageKey);
    },
    async picture(id, options = {}) {
      const { imageKey, state, analysis } = await stored(id);
      const blob = imageKey ? await parts.blobs.get(imageKey) : null;
      if (imageKey && !blob) throw new AppError('STORAGE_002', { details: { analysis_id: id } });
      const { scene, verdicts, moves } = state as DrawState;
      const { width, height } = analysis.image;
      const bytes = blob?.bytes ?? (await blankPicture(width, height));
      return drawPicture({ bytes, width, height }, scene, verdicts, moves, {
        maxSize: options.maxSize ?? 1600,
        maxBytes: options.maxBytes ?? 5_000_000,
      });
    },
  };
}
