import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Analysis } from '../../contract/analysis.ts';
import { listItem } from '../../contract/analysis-list-item.ts';
import { searchTerms } from '../../contract/search-terms.ts';
import { type ListPosition, positionOf } from '../../ports/cursor.ts';
import type { AnalysisRecords } from '../../ports/records.ts';
import { each, toJson } from './json.ts';
import { pageFrom } from './page.ts';
import { ANALYSIS, LIST_ITEM, named, readable } from './readable.ts';
import type { Store } from './store.ts';
import { AFTER_ALL } from './texts.ts';

/** Other work may be in the way for a moment. */
const PURGE_AGAIN_MS = [10, 100];

/** Objects and listed verdicts of a record whose texts take longer than a slice. */
const LARGE = 300;
const isLarge = ({ objects, rules }: Pick<Analysis, 'objects' | 'rules'>): boolean =>
  objects.length + rules.length > LARGE;

export function analysisRecords(store: Store): AnalysisRecords {
  return {
    async put({ owner, analysis, imageKey, state }) {
      const texts = [() => analysis, () => state, () => listItem(analysis), () => searchTerms(analysis)];
      const text = (make: () => unknown) => toJson(make());
      // Those of a thousand rules on a hundred objects take some ten milliseconds together. Others are taken at once, so that a store
      // which closes now has them.
      const [whole, drawn, item, terms] = isLarge(analysis) ? await each(texts, text) : texts.map(text);
      await store.call('putAnalysis', {
        id: analysis.analysis_id,
        created_at: analysis.timestamp,
        owner,
        sha256: analysis.image.sha256,
        image_key: imageKey,
        analysis: whole!,
        state: drawn!,
        list_item: item!,
        terms: terms!,
      });
    },
    get: (id) =>
      named('analysis', id, async () => {
        const row = await store.call('getAnalysis', id);
        return row && { owner: row.owner, analysis: readable(row.analysis, ANALYSIS), imageKey: row.image_key };
      }),
    async head(id) {
      const row = await store.call('analysisHead', id);
      return row && { owner: row.owner, imageKey: row.image_key };
    },
    state: (id) =>
      named('analysis', id, async () => {
        const text = await store.call('analysisState', id);
        return text === null ? undefined : readable(text, z.unknown());
      }),
    async list(owner, { limit, cursor }) {
      const after = positionOf('analyses', cursor);
      return pageFrom('analyses', await store.call('listAnalyses', owner, after, limit), LIST_ITEM);
    },
    async search(owner, { terms, since = '', until }, { limit, cursor }) {
      const after = earlier(positionOf('search', cursor), until);
      return pageFrom('search', await store.call('searchAnalyses', owner, terms, since, after, limit), LIST_ITEM);
    },
    withoutTerms: (limit) => store.call('analysesWithoutTerms', limit),
    setTerms: (id, terms) => store.call('putTerms', id, toJson(terms)),
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
    imageKeys: (after, limit) => store.call('imageKeys', after, limit),
    imagesInUse: (imageKeys) => store.call('imagesInUse', JSON.stringify(imageKeys)),
  };
}

/** Where a list that ends with `until` goes on, newest first. */
function earlier(after: ListPosition | null, until: string | undefined): ListPosition {
  const end = until === undefined ? AFTER_ALL : { at: until, id: AFTER_ALL.at };
  return after === null || after.at > end.at ? end : after;
}
