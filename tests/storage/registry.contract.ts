import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Records } from '../../src/ports/records.ts';
import type { Registry, RegistryEntry } from '../../src/ports/registry.ts';
import { sampleAnalysis } from '../support/samples.ts';

const entry = (id: string, more: Partial<RegistryEntry> = {}): RegistryEntry => ({
  id,
  lookup: `name of ${id}`,
  owner: 'ann',
  created_at: `2026-01-01T00:00:0${id.at(-1)}.000Z`,
  expires_at: null,
  version: 1,
  value: { $set: { 'a.b': id } },
  ...more,
});

/** What every registry does. */
export function registryContract(name: string, open: () => Promise<Records>): void {
  describe(`registry: ${name}`, () => {
    let records: Records;
    let registry: Registry;
    beforeEach(async () => {
      records = await open();
      registry = records.registry;
    });
    afterEach(() => records.close());

    it('gives back what was added, by id and by lookup, in its kind alone', async () => {
      expect(await registry.add('user', entry('u1'))).toBe(true);
      expect(await registry.get('user', 'u1')).toEqual(entry('u1'));
      expect(await registry.find('user', 'name of u1')).toEqual(entry('u1'));
      expect(await registry.get('api_key', 'u1')).toBeNull();
      expect(await registry.find('user', 'u1')).toBeNull();
    });

    it('takes each id and each lookup once in a kind', async () => {
      await registry.add('user', entry('u1'));
      expect(await registry.add('user', entry('u1', { lookup: 'other' }))).toBe(false);
      expect(await registry.add('user', entry('u2', { lookup: 'name of u1' }))).toBe(false);
      expect(await registry.add('api_key', entry('u1'))).toBe(true);
      expect(await registry.add('audit', entry('u3', { lookup: null }))).toBe(true);
      expect(await registry.add('audit', entry('u4', { lookup: null }))).toBe(true);
    });

    it('of two that change the same version one is too late', async () => {
      await registry.add('user', entry('u1'));
      const changed = (value: unknown) => registry.replace('user', entry('u1', { version: 2, value }));
      expect((await Promise.all([changed(1), changed(2)])).toSorted()).toEqual([false, true]);
      expect(await registry.replace('user', entry('u9', { version: 2 }))).toBe(false);
      await registry.add('user', entry('u2'));
      expect(await registry.replace('user', entry('u2', { version: 2, lookup: 'name of u1' }))).toBe(false);
    });

    it('lists newest first, of one owner or of all, page by page', async () => {
      for (const n of [1, 2, 3, 4, 5]) await registry.add('audit', entry(`e${n}`, { owner: n % 2 ? 'ann' : 'bob' }));
      const ids = async (owner: string | null) => {
        const seen: string[] = [];
        let cursor: string | null = '';
        while (cursor !== null) {
          const page = await registry.list('audit', owner, { limit: 2, ...(cursor && { cursor }) });
          seen.push(...page.items.map(({ id }) => id));
          cursor = page.nextCursor;
        }
        return seen;
      };
      expect(await ids(null)).toEqual(['e5', 'e4', 'e3', 'e2', 'e1']);
      expect(await ids('bob')).toEqual(['e4', 'e2']);
      expect(await ids('nobody')).toEqual([]);
      await registry.add('user', entry('u1'));
      expect(await Promise.all([null, 'ann', 'bob', 'nobody'].map((owner) => registry.count('audit', owner)))).toEqual([
        5, 3, 2, 0,
      ]);
    });

    it('finds what stands under a name, and nothing beside it', async () => {
      const looks = ['ana_1 b', 'ana_1 a', 'ana_1', 'ana_10 a', 'ana_1!', 'ana_2 a'];
      for (const [n, lookup] of looks.entries()) await registry.add('feedback', entry(`e${n}`, { lookup }));
      await registry.add('user', entry('u1', { lookup: 'ana_1 c' }));
      expect((await registry.under('feedback', 'ana_1', 10)).map(({ id }) => id)).toEqual(['e1', 'e0']);
      expect((await registry.under('feedback', 'ana_1', 1)).map(({ id }) => id)).toEqual(['e1']);
      expect(await registry.under('feedback', 'ana_3', 10)).toEqual([]);
      const behind = async (after: string) =>
        (await registry.under('feedback', 'ana_1', 10, after)).map(({ id }) => id);
      expect(await Promise.all(['ana_1 a', 'ana_1 aa', 'ana_1 b'].map(behind))).toEqual([['e0'], ['e0'], []]);
    });

    it('adds several in their order, counts them, and leaves one that is there as it is', async () => {
      const looks = [2, 1, 3].map((n) => entry(`o${n}`, { lookup: `hook ${n}` }));
      await registry.add('outgoing', entry('o1', { lookup: 'hook 1', value: 'first' }));
      await registry.addAll('outgoing', looks);
      await registry.addAll('outgoing', [entry('o4', { lookup: 'hooks 1' }), entry('o5', { lookup: null })]);
      const found = await registry.under('outgoing', 'hook', 10);
      expect(found.map(({ id }) => id)).toEqual(['o1', 'o2', 'o3']);
      expect(found[0]?.value).toBe('first');
      expect(await registry.countUnder('outgoing', 'hook')).toBe(3);
      expect(await registry.countUnder('outgoing', 'hoo')).toBe(0);
      expect(await registry.countUnder('dead_letter', 'hook')).toBe(0);
      await registry.addAll('outgoing', []);
    });

    it('what was said of an analysis goes with it, whichever way it is deleted, and nothing else', async () => {
      const made = ['ana_1', 'ana_10', 'ana_2', 'ana_3'];
      for (const [n, analysis_id] of made.entries()) {
        const analysis = { ...sampleAnalysis(), analysis_id, timestamp: `2026-01-0${n + 1}T00:00:00.000Z` };
        await records.analyses.put({ owner: 'ann', analysis, imageKey: null, state: null });
        for (const part of ['a', 'b']) {
          await registry.add('feedback', entry(`${analysis_id}${part}`, { lookup: `${analysis_id} ${part}` }));
        }
      }
      await registry.add('user', entry('u1', { lookup: 'ana_1 a' }));
      const left = async () =>
        (await registry.list('feedback', 'ann', { limit: 50 })).items.map(({ lookup }) => lookup);
      await records.analyses.delete('ana_1');
      expect((await left()).toSorted()).toEqual(['ana_10 a', 'ana_10 b', 'ana_2 a', 'ana_2 b', 'ana_3 a', 'ana_3 b']);
      await records.analyses.removeMatching({ owner: 'ann', until: '2026-01-03T00:00:00.000Z' }, 50);
      expect((await left()).toSorted()).toEqual(['ana_3 a', 'ana_3 b']);
      expect(await registry.find('user', 'ana_1 a')).not.toBeNull();
    });

    it('removes so many of a kind that are older, the oldest first', async () => {
      for (const day of [1, 2, 3, 4]) {
        await registry.add('audit', entry(`a${day}`, { created_at: `2026-01-0${day}T00:00:00.000Z` }));
        await registry.add('feedback', entry(`a${day}`, { created_at: `2026-01-0${day}T00:00:00.000Z` }));
      }
      const left = async () => (await registry.list('audit', null, { limit: 9 })).items.map(({ id }) => id);
      expect(await registry.removeOlder('audit', '2026-01-01T00:00:00.000Z', 9)).toBe(0);
      expect(await registry.removeOlder('audit', '2026-01-04T00:00:00.000Z', 2)).toBe(2);
      expect(await left()).toEqual(['a4', 'a3']);
      expect(await registry.removeOlder('audit', '2026-01-04T00:00:00.000Z', 2)).toBe(1);
      expect(await registry.removeOlder('audit', '2026-01-04T00:00:00.000Z', 2)).toBe(0);
      expect(await left()).toEqual(['a4']);
      expect(await registry.count('feedback', null)).toBe(4);
    });

    it('removes one, and what has expired', async () => {
      await registry.add('revoked_token', entry('t1', { expires_at: '2026-01-02T00:00:00.000Z' }));
      await registry.add('revoked_token', entry('t2', { expires_at: '2026-01-03T00:00:00.000Z' }));
      await registry.add('user', entry('u1'));
      expect(await registry.removeExpired('2026-01-02T12:00:00.000Z')).toBe(1);
      expect(await registry.get('revoked_token', 't2')).not.toBeNull();
      expect(await registry.remove('user', 'u1')).toBe(true);
      expect(await registry.remove('user', 'u1')).toBe(false);
    });
  });
}
