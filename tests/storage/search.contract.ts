import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnalysedObject, Analysis } from '../../src/contract/analysis.ts';
import { filterTerms, type TermFilter } from '../../src/contract/search-terms.ts';
import type { Verdict } from '../../src/contract/verdict.ts';
import type { Records } from '../../src/ports/records.ts';
import { sampleAnalysis } from '../support/samples.ts';

export const anObject = (id: string): AnalysedObject => ({
  id,
  class: id.replace(/-\d+$/, ''),
  confidence: 0.9,
  bbox: [0, 0, 10, 10],
  position: {
    x: 5,
    y: 10,
    distance_to_edge: 5,
    edge_reference: 'image',
    x_mm: null,
    y_mm: null,
    uncertainty_mm: null,
    distance_to_edge_mm: null,
  },
});

export const aFinding = (verdict: Verdict['verdict'], objects: string[], more: Partial<Verdict> = {}): Verdict => ({
  rule_id: 'rule_near',
  condition: 0,
  operator: 'min_distance',
  verdict,
  objects,
  measured: 50,
  required: 150,
  uncertainty: 5,
  unit: 'mm',
  reason: `${objects.join(' and ')} ${verdict}`,
  ...more,
});

const DAY = '2026-01-0';
const at = (day: number) => `${DAY}${day}T00:00:00.000Z`;

/** Finding analyses by what is in them; run by each adapter. */
export function searchContract(name: string, open: () => Promise<Records>): void {
  describe(`search: ${name}`, () => {
    let records: Records;
    beforeEach(async () => {
      records = await open();
    });
    afterEach(() => records.close());

    const put = (id: string, day: number, more: Partial<Analysis>, owner = 'ann') =>
      records.analyses.put({
        owner,
        analysis: sampleAnalysis({ analysis_id: id, timestamp: at(day), ...more }),
        imageKey: `image/${id}`,
        state: null,
      });
    const objects = (...ids: string[]) => ids.map(anObject);
    const find = async (filter: TermFilter, more: { since?: string; until?: string } = {}, owner = 'ann') =>
      (await records.analyses.search(owner, { terms: filterTerms(filter), ...more }, { limit: 10 })).items.map(
        (item) => item.analysis_id,
      );

    async function fill() {
      await put('ana_1', 1, {
        objects: objects('mug-1', 'laptop-1'),
        rules: [aFinding('violated', ['mug-1', 'laptop-1'])],
      });
      await put('ana_2', 2, {
        objects: objects('mug-1', 'keyboard-1', 'phone-1'),
        rules: [
          aFinding('satisfied', ['mug-1', 'keyboard-1']),
          aFinding('violated', ['phone-1'], { rule_id: 'rule_edge', operator: 'min_edge_distance' }),
        ],
      });
      await put('ana_3', 3, { objects: objects('bottle-1', 'book-1'), rules: [] });
      await put('ana_4', 4, {
        objects: objects('mug-1', 'laptop-1'),
        rules: [aFinding('uncertain', ['mug-1', 'laptop-1'])],
      });
      await put('ana_b', 5, { objects: objects('mug-1'), rules: [aFinding('violated', ['mug-1'])] }, 'bob');
    }

    it('finds by objects, groups, findings, rules, operators and pairs, newest first', async () => {
      await fill();
      expect(await find({})).toEqual(['ana_4', 'ana_3', 'ana_2', 'ana_1']);
      expect(await find({ objects: ['mug'] })).toEqual(['ana_4', 'ana_2', 'ana_1']);
      expect(await find({ objects: ['beverage', 'book'] })).toEqual(['ana_3']);
      expect(await find({ objects: ['object'] })).toEqual(['ana_4', 'ana_3', 'ana_2', 'ana_1']);
      expect(await find({ outcome: 'violated' })).toEqual(['ana_2', 'ana_1']);
      expect(await find({ ruleId: 'rule_near' })).toEqual(['ana_1']);
      expect(await find({ ruleId: 'rule_near', outcome: 'uncertain' })).toEqual(['ana_4']);
      expect(await find({ operator: 'min_edge_distance' })).toEqual(['ana_2']);
      // A mug is there, and something is violated, but not about the mug.
      expect(await find({ about: ['mug'] })).toEqual(['ana_1']);
      expect(await find({ about: ['mug', 'laptop'] })).toEqual(['ana_1']);
      expect(await find({ about: ['laptop', 'beverage'], operator: 'min_distance' })).toEqual(['ana_1']);
      expect(await find({ about: ['electronics', 'mug'], outcome: 'satisfied' })).toEqual(['ana_2']);
      expect(await find({ about: ['mug', 'mug'] })).toEqual([]);
      expect(await find({ objects: ['mug', 'phone'], outcome: 'violated' })).toEqual(['ana_2']);
    });

    it('keeps to times, both included, and to the owner', async () => {
      await fill();
      expect(await find({}, { since: at(2), until: at(3) })).toEqual(['ana_3', 'ana_2']);
      expect(await find({ objects: ['mug'] }, { since: at(2), until: at(4) })).toEqual(['ana_4', 'ana_2']);
      expect(await find({ objects: ['mug'] }, { since: at(5) })).toEqual([]);
      expect(await find({ objects: ['mug'] }, {}, 'bob')).toEqual(['ana_b']);
      expect(await find({}, {}, 'eve')).toEqual([]);
    });

    it('pages through what fits, and goes on where other analyses come and go', async () => {
      for (let day = 1; day <= 9; day += 1) {
        await put(`ana_${day}`, day, { objects: objects('mug-1', ...(day % 2 ? ['laptop-1'] : [])), rules: [] });
      }
      const what = { terms: filterTerms({ objects: ['mug', 'laptop'] }) };
      const first = await records.analyses.search('ann', what, { limit: 2 });
      expect(first.items.map((one) => one.analysis_id)).toEqual(['ana_9', 'ana_7']);
      await records.analyses.delete('ana_7');
      const second = await records.analyses.search('ann', what, { limit: 2, cursor: first.nextCursor! });
      expect(second.items.map((one) => one.analysis_id)).toEqual(['ana_5', 'ana_3']);
      const third = await records.analyses.search('ann', what, { limit: 2, cursor: second.nextCursor! });
      expect([third.items.map((one) => one.analysis_id), third.nextCursor]).toEqual([['ana_1'], null]);
      const other = (await records.analyses.list('ann', { limit: 1 })).nextCursor!;
      await expect(records.analyses.search('ann', what, { limit: 2, cursor: other })).rejects.toMatchObject({
        code: 'VALIDATION_002',
      });
    });

    it('forgets with the analysis, also where it is put once more', async () => {
      await fill();
      await records.analyses.delete('ana_1');
      await put('ana_4', 4, { objects: objects('book-1'), rules: [] });
      expect(await find({ objects: ['laptop'] })).toEqual([]);
      expect(await find({ objects: ['book'] })).toEqual(['ana_4', 'ana_3']);
      await records.analyses.removeMatching({ owner: 'ann' }, 10);
      expect(await find({ objects: ['book'] })).toEqual([]);
      expect(await find({ objects: ['mug'] }, {}, 'bob')).toEqual(['ana_b']);
    });

    it('sets terms, and knows which have them', async () => {
      await fill();
      expect(await records.analyses.withoutTerms(5)).toEqual([]);
      await records.analyses.setTerms('ana_3', filterTerms({ objects: ['mug'] }));
      await records.analyses.setTerms('ana_none', filterTerms({ objects: ['mug'] }));
      expect(await find({ objects: ['mug'] })).toEqual(['ana_4', 'ana_3', 'ana_2', 'ana_1']);
      expect(await find({ objects: ['book'] })).toEqual([]);
    });

    it('takes nothing for an operator, a pattern or a statement', async () => {
      await fill();
      for (const hostile of ["' OR 1=1 --", '$ne', '.*', 'mug\tx', '{"$gt":""}', '%', '\u0000']) {
        expect(await find({ objects: [hostile] })).toEqual([]);
        expect(await find({ ruleId: hostile })).toEqual([]);
        expect(await find({}, {}, hostile)).toEqual([]);
      }
      for (const hostile of [{ $ne: null }, { $gt: '' }]) {
        const found = await records.analyses
          .search('ann', { terms: [hostile as unknown as string] }, { limit: 5 })
          .then(({ items }) => items.length)
          .catch((error) => error.code);
        expect([0, 'DB_002', 'DB_001']).toContain(found);
      }
    });

    const vector = (...numbers: number[]) => {
      const length = Math.hypot(...numbers);
      return Float32Array.from(numbers, (n) => n / length);
    };
    const nearest = async (numbers: number[], more: object = {}) =>
      (
        await records.vectors.nearest({
          owner: 'ann',
          space: 's',
          vector: vector(...numbers),
          terms: [],
          limit: 10,
          ...more,
        })
      ).map(({ id, similarity }) => [id, Math.round(100 * similarity)]);

    it('finds the most alike first, newer ones first where equal, of the owner, the space, the time and the terms', async () => {
      await fill();
      await records.vectors.put('ana_1', 's', vector(1, 0, 0, 0));
      await records.vectors.put('ana_2', 's', vector(1, 1, 0, 0));
      await records.vectors.put('ana_3', 's', vector(0, 1, 0, 0));
      await records.vectors.put('ana_4', 's', vector(1, 0, 0, 0));
      await records.vectors.put('ana_b', 's', vector(1, 0, 0, 0));
      await records.vectors.put('ana_none', 's', vector(1, 0, 0, 0));
      await records.vectors.put('ana_1', 'other', vector(1, 0));
      const all = [
        ['ana_4', 100],
        ['ana_1', 100],
        ['ana_2', 71],
        ['ana_3', 0],
      ];
      expect(await nearest([1, 0, 0, 0])).toEqual(all);
      expect(await nearest([1, 0, 0, 0], { limit: 1 })).toEqual(all.slice(0, 1));
      expect(await nearest([1, 0, 0, 0], { since: at(2), until: at(3) })).toEqual(all.slice(2));
      expect(await nearest([1, 0, 0, 0], { terms: filterTerms({ objects: ['laptop'] }) })).toEqual(all.slice(0, 2));
      expect(await nearest([1, 0, 0, 0], { terms: filterTerms({ outcome: 'satisfied' }) })).toEqual([all[2]]);
      expect(await nearest([1, 0, 0, 0], { owner: 'bob' })).toEqual([['ana_b', 100]]);
      expect(await nearest([1, 0, 0, 0], { owner: 'eve' })).toEqual([]);
      expect(await nearest([1, 0], { space: 'other' })).toEqual([['ana_1', 100]]);
      const known = await records.vectors.of(['ana_3', 'ana_none', 'ana_1'], 's');
      expect([...known.keys()].toSorted()).toEqual(['ana_1', 'ana_3']);
      expect(known.get('ana_3')).toEqual(vector(0, 1, 0, 0));
    });

    it('a vector goes with its analysis, and a new one takes its place', async () => {
      await fill();
      await records.vectors.put('ana_1', 's', vector(1, 0, 0, 0));
      await records.vectors.put('ana_2', 's', vector(0, 1, 0, 0));
      expect(await nearest([1, 0, 0, 0])).toEqual([
        ['ana_1', 100],
        ['ana_2', 0],
      ]);
      await records.vectors.put('ana_2', 's', vector(1, 1, 0, 0));
      expect(await nearest([1, 0, 0, 0])).toEqual([
        ['ana_1', 100],
        ['ana_2', 71],
      ]);
      await records.analyses.delete('ana_1');
      expect(await nearest([1, 0, 0, 0])).toEqual([['ana_2', 71]]);
      await records.analyses.removeMatching({ owner: 'ann' }, 10);
      expect(await nearest([1, 0, 0, 0])).toEqual([]);
      expect((await records.vectors.of(['ana_1', 'ana_2'], 's')).size).toBe(0);
    });

    it('says which analyses with an image have no vector', async () => {
      await fill();
      await records.vectors.put('ana_2', 's', vector(1, 0, 0, 0));
      const missing: string[] = [];
      for (let after: string | null = ''; after !== null; ) {
        const found: { ids: readonly string[]; next: string | null } = await records.vectors.missing('s', after, 2);
        missing.push(...found.ids);
        after = found.next;
      }
      expect(missing).toEqual(['ana_1', 'ana_3', 'ana_4', 'ana_b']);
    });

    it('still finds what is left after most were deleted', async () => {
      for (let n = 0; n < 300; n += 1) {
        await put(`ana_${n}`, 1 + (n % 9), { objects: [], rules: [] });
        await records.vectors.put(`ana_${n}`, 's', vector(1, n < 290 ? 0.001 * n : 5, 0.3, 0));
      }
      expect(await nearest([1, 0, 0.3, 0], { limit: 1 })).toEqual([['ana_0', 100]]);
      for (let n = 0; n < 290; n += 1) await records.analyses.delete(`ana_${n}`);
      expect((await nearest([1, 0, 0.3, 0])).length).toBe(10);
    }, 30_000);
  });
}
