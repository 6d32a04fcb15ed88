import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Db, openDatabase } from '../../src/storage/sqlite/database.ts';
import { termTable } from '../../src/storage/sqlite/tables/terms.ts';

const COUNT = 12_000;
const AFTER_ALL = { at: '~', id: '' };
let db: Db;
let asked: number;
let search: ReturnType<typeof termTable>['reads']['searchAnalyses'];

/** All have a mug, every other one a phone, the others a glass; one in 4,000 is broken. */
beforeEach(() => {
  db = openDatabase(':memory:');
  const analysis = db.prepare(
    `INSERT INTO analyses (id, created_at, owner, analysis, state, list_item, terms)
     VALUES (@id, @at, 'ann', '{}', '{}', @id, @terms)`,
  );
  db.transaction(() => {
    for (let n = 0; n < COUNT; n += 1) {
      const terms = ['mug', n % 2 === 0 ? 'phone' : 'glass', ...(n % 4000 === 1 ? ['broken'] : [])];
      // Four of each moment: the id decides among them.
      const at = new Date(1e12 + 1000 * Math.floor(n / 4)).toISOString();
      analysis.run({ id: `ana_${String(n).padStart(6, '0')}`, at, terms: JSON.stringify(terms) });
    }
    db.exec(
      `INSERT INTO terms (owner, term, created_at, id)
       SELECT owner, value, created_at, analyses.id FROM analyses, json_each(terms)`,
    );
  })();
  asked = 0;
  const counting = (statement: object): object =>
    new Proxy(statement, {
      get(target, name) {
        const found = Reflect.get(target, name);
        if (typeof found !== 'function') return found;
        asked += Number(['get', 'all', 'iterate'].includes(String(name)));
        return found.bind(target);
      },
    });
  const watched = new Proxy(db, {
    get: (target, name) =>
      name === 'prepare'
        ? (sql: string) => counting(target.prepare(sql))
        : (Reflect.get(target, name) as { bind(to: Db): unknown }).bind(target),
  });
  search = termTable(watched).reads.searchAnalyses;
  asked = 0;
});
afterEach(() => db.close());

/** All pages to the last one. */
function all(terms: readonly string[], limit: number, since = '') {
  const found: string[] = [];
  let pages = 0;
  for (let after: typeof AFTER_ALL | null = AFTER_ALL; after !== null; pages += 1) {
    const page: ReturnType<typeof search> = search('ann', terms, since, after, limit);
    expect(page.texts).toEqual(page.ids);
    expect(page.ids.length).toBeLessThanOrEqual(limit);
    found.push(...page.ids);
    after = page.next;
  }
  return { found, pages };
}

it('of two words that are often there and never together, a call asks the file a few times only', () => {
  const page = search('ann', ['phone', 'glass'], '', AFTER_ALL, 10);
  expect(page.ids).toEqual([]);
  expect(page.next).not.toBeNull();
  expect(asked).toBeLessThan(10);
  expect(all(['phone', 'glass'], 10)).toEqual({ found: [], pages: 2 });
});

it.each([
  [['mug', 'phone'], COUNT / 2],
  [['phone', 'mug'], COUNT / 2],
  [['mug', 'broken'], 3],
  [['mug', 'glass', 'broken'], 3],
  [['mug', 'phone', 'broken'], 0],
  [['mug'], COUNT],
  [[], COUNT],
])('finds each that has %j once, newest first, over all pages', (terms, count) => {
  for (const limit of [7, 1000]) {
    const { found } = all(terms, limit);
    expect(found).toHaveLength(count);
    expect(found).toEqual([...new Set(found)].toSorted().toReversed());
  }
});

it('looks at nothing before the time that is asked for', () => {
  const since = new Date(1e12 + 1000 * 2000).toISOString();
  expect(all(['mug', 'broken'], 10, since)).toEqual({ found: ['ana_008001'], pages: 1 });
  expect(all(['phone', 'mug'], 1000, since).found).toHaveLength(COUNT / 2 - 4000);
  expect(all(['phone', 'glass'], 1000, since)).toEqual({ found: [], pages: 1 });
});
