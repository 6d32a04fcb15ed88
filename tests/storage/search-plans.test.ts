import { expect, it } from 'vitest';
import { type Db, openDatabase } from '../../src/storage/sqlite/database.ts';
import { termTable } from '../../src/storage/sqlite/tables/terms.ts';
import { vectorTable } from '../../src/storage/sqlite/tables/vectors.ts';

it('no statement of the search reads a whole table, by what SQLite says of each', () => {
  const db = openDatabase(':memory:');
  const statements: string[] = [];
  const watched = new Proxy(db, {
    get(target, name) {
      if (name !== 'prepare') return (target[name as keyof Db] as unknown as { bind(to: Db): unknown }).bind(target);
      return (sql: string) => {
        statements.push(sql);
        return target.prepare(sql);
      };
    },
  });
  termTable(watched);
  vectorTable(watched);
  expect(statements.length).toBeGreaterThan(15);
  const trigger = `DELETE FROM analyses WHERE id = ?`;
  for (const sql of [...statements, trigger]) {
    const names = [...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, null]);
    const values = sql.match(/\?/g)?.map(() => null) ?? [];
    const plan = db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all(...(names.length > 0 ? [Object.fromEntries(names)] : values)) as { detail: string }[];
    for (const { detail } of plan) expect([sql, detail]).toEqual([sql, expect.stringMatching(ALLOWED)]);
  }
  db.close();
});

/** A search by an index; a list that came as an argument; what a search by an index has found. */
const ALLOWED =
  /^(?:SEARCH |SCAN json_each|SCAN \(subquery-|SCAN CONSTANT ROW|LIST SUBQUERY|CO-ROUTINE|MERGE \(INTERSECT\)|LEFT$|RIGHT$|SCAN analyses USING (?:COVERING )?INDEX analyses_without_terms|USING TEMP B-TREE FOR )/;
