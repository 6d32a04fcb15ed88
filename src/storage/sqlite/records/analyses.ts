import { setTimeout as sleep } from 'node:timers/promises';
import type { Analysis } from '../../../contract/analysis.ts';
import { type AnalysisListItem, listItem } from '../../../contract/analysis-list-item.ts';
import { positionOf } from '../../../ports/cursor.ts';
import type { AnalysisRecords } from '../../../ports/records.ts';
import type { Store } from '../store.ts';
import { fromJson, toJson } from './json.ts';
import { pageFrom } from './page.ts';

/** Other work may be in the way for a moment. */
const PURGE_AGAIN_MS = [10, 100];

export function analysisRecords(store: Store): AnalysisRecords {
  return {
    async put({ owner, analysis, imageKey, state }) {
      await store.call('putAnalysis', {
        id: analysis.analysis_id,
        created_at: analysis.timestamp,
        owner,
        sha256: analysis.image.sha256,
        image_key: imageKey,
        analysis: toJson(analysis),
        state: toJson(state),
        list_item: toJson(listItem(analysis)),
      });
    },
    async get(id) {
      const row = await store.call('getAnalysis', id);
      if (!row) return null;
      const { owner, analysis, image_key } = row;
      return { owner, analysis: fromJson<Analysis>(analysis), imageKey: image_key };
    },
    async state(id) {
      const text = await store.call('analysisState', id);
      return text === null ? undefined : fromJson(text);
    },
    async list(owner, { limit, cursor }) {
      const after = positionOf('analyses', cursor);
      return pageFrom<AnalysisListItem>('analyses', await store.call('listAnalyses', owner, after, limit));
    },
    count: ({ owner, until }) => store.call('countAnalyses', [owner ?? null, until ?? null]),
    ids: (owner, prefix, limit) => store.call('analysisIds', owner, prefix, limit),
    delete: (id) => store.call('deleteAnalysis', id),
    async removeMatching({ owner, until }, limit) {
      const rows = await store.call('removeMatching', [owner ?? null, until ?? null], limit);
      return rows.map(({ image_key, ...row }) => ({ ...row, imageKey: image_key }));
    },
    async purge() {
      for (const wait of PURGE_AGAIN_MS) {
        if (await store.call('purge')) return true;
        await sleep(wait);
      }
      return store.call('purge');
    },
    imagesInUse: (imageKeys) => store.call('imagesInUse', JSON.stringify(imageKeys)),
  };
}
