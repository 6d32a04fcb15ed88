import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Page, PageRequest } from '../../src/contract/page.ts';
import type { Rule } from '../../src/contract/rule.ts';
import type { Records } from '../../src/ports/records.ts';
import { sampleAnalysis, sampleRule } from '../support/samples.ts';

const AT = '2026-01-01T00:00:00.000Z';
const later = (seconds: number) => new Date(Date.parse(AT) + 1000 * seconds).toISOString();
const numbered = (count: number) => Array.from({ length: count }, (_, n) => n);

/** Four lists, one way to read them: `add` puts an entry of that second. */
interface List {
  readonly newestFirst: boolean;
  add(records: Records, id: number, second: number): Promise<void>;
  remove?(records: Records, id: number): Promise<unknown>;
  ids(records: Records, page: PageRequest, owner?: string): Promise<Page<string>>;
}

const rule = (id: number, second: number): Rule =>
  sampleRule({ rule_id: `rule_${id}`, created_at: later(second), owner: 'ann' });

const write = (records: Records, entry: Rule, at: string, gone: boolean) =>
  records.rules.write([
    {
      entry: {
        rule_id: entry.rule_id,
        version: gone ? 2 : 1,
        action: gone ? 'deleted' : 'created',
        rule: entry,
        changes: [],
        user_id: 'ann',
        reason: null,
        created_at: at,
      },
      expectedVersion: gone ? 1 : 0,
      remove: gone,
    },
  ]);

const idsOf = <T>({ items, nextCursor }: Page<T>, id: (item: T) => string): Page<string> => ({
  items: items.map(id),
  nextCursor,
});

const LISTS: Record<string, List> = {
  analyses: {
    newestFirst: true,
    add: (records, id, second) =>
      records.analyses.put({
        owner: 'ann',
        analysis: sampleAnalysis({ analysis_id: `ana_${id}`, timestamp: later(second) }),
        imageKey: null,
        state: null,
      }),
    remove: (records, id) => records.analyses.delete(`ana_${id}`),
    ids: async (records, page, owner = 'ann') =>
      idsOf(await records.analyses.list(owner, page), (item) => item.analysis_id.slice(4)),
  },
  rules: {
    newestFirst: false,
    add: (records, id, second) => write(records, rule(id, second), AT, false),
    remove: (records, id) => write(records, rule(id, 0), AT, true),
    ids: async (records, page, owner = 'ann') =>
      idsOf(await records.rules.list(owner, {}, page), (item) => item.rule_id.slice(5)),
  },
  'removed rules': {
    newestFirst: true,
    async add(records, id, second) {
      await write(records, rule(id, 0), AT, false);
      await write(records, rule(id, 0), later(second), true);
    },
    ids: async (records, page, owner = 'ann') =>
      idsOf(await records.rules.removed(owner, page), (item) => item.rule_id.slice(5)),
  },
  calibrations: {
    newestFirst: false,
    add: (records, id, second) =>
      records.calibrations.put({
        owner: 'ann',
        calibration_id: `cal_${id}`,
        name: 'desk',
        created_at: later(second),
        width: 640,
        height: 480,
        calibration: {
          method: 'scale',
          source: 'stored',
          homography: null,
          mmPerPixel: 0.5,
          scaleSigma: null,
          residualMm: null,
          references: [],
          assumptions: [],
          reason: null,
        },
        zones: [],
        tablePx: null,
      }),
    remove: (records, id) => records.calibrations.delete(`cal_${id}`),
    ids: async (records, page, owner = 'ann') =>
      idsOf(await records.calibrations.list(owner, page), (item) => item.calibration_id.slice(4)),
  },
};

/** What holds of every list of every record store. */
export function pagingContract(name: string, open: () => Promise<Records>): void {
  describe.each(Object.entries(LISTS))(`paging: ${name}, %s`, (own, { newestFirst, add, remove, ids }) => {
    let records: Records;
    beforeEach(async () => {
      records = await open();
    });
    afterEach(() => records.close());

    const inOrder = (list: readonly number[]) => (newestFirst ? list.toReversed() : list).map(String);

    async function rest(cursor: string | null, limit = 2): Promise<string[]> {
      if (cursor === null) return [];
      const page = await ids(records, { limit, cursor });
      return [...page.items, ...(await rest(page.nextCursor, limit))];
    }

    it('shows every entry once, also those of one moment, and ends', async () => {
      // Ids 3 to 6 are of one moment.
      for (const n of numbered(9)) await add(records, n, n < 3 ? n : n < 7 ? 3 : n);
      for (const limit of [1, 2, 3, 9, 50]) {
        const first = await ids(records, { limit });
        expect([...first.items, ...(await rest(first.nextCursor, limit))]).toEqual(inOrder(numbered(9)));
      }
      expect((await ids(records, { limit: 9 })).nextCursor).toBeNull();
      expect(await ids(records, { limit: 9 }, 'bob')).toEqual({ items: [], nextCursor: null });
    });

    it('neither repeats nor leaves out what was there when others come and go', async () => {
      for (const n of numbered(6)) await add(records, n, 10 + n);
      const first = await ids(records, { limit: 3 });
      const read = first.items.map(Number);
      await add(records, 7, 1);
      await add(records, 8, 99);
      for (const id of remove ? read : []) await remove?.(records, id);
      const behind = newestFirst ? '7' : '8';
      expect(await rest(first.nextCursor)).toEqual([...inOrder(numbered(6)).slice(3), behind]);
    });

    it('refuses a cursor that is none of this list', async () => {
      for (const n of numbered(3)) await add(records, n, n);
      const cursor = (await ids(records, { limit: 1 })).nextCursor!;
      const coded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const others = await Promise.all(
        Object.entries(LISTS)
          .filter(([other]) => other !== own)
          .map(async ([, list], n) => {
            await list.add(records, 10 * n + 10, 100);
            await list.add(records, 10 * n + 11, 101);
            return (await list.ids(records, { limit: 1 })).nextCursor!;
          }),
      );
      const rubbish = ['', ' ', '0', 'rubbish', '%', `${cursor}A`, cursor.slice(1), `${cursor}=`, 'A'.repeat(100_000)];
      const shapes = [null, 7, {}, [], ['analyses'], ['analyses', 1, 2], [own, AT], [own, {}, []], [own, AT, 'x', 1]];
      for (const wrong of [...rubbish, ...shapes.map(coded), ...others]) {
        await expect(ids(records, { limit: 1, cursor: wrong }), wrong.slice(0, 80)).rejects.toMatchObject({
          code: 'VALIDATION_002',
          details: { problems: [{ field: 'cursor' }] },
        });
      }
    });
  });
}
