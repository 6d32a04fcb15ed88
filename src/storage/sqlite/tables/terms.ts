import type { ListPosition } from '../../../ports/cursor.ts';
import type { AnalysisRow } from '../../records/rows.ts';
import type { Texts } from '../../records/texts.ts';
import { orElse } from '../damaged-rows.ts';
import { asOneWrite, type Db } from '../database.ts';

/** One call looks at so many analyses at most: no search holds up the other calls for long. */
const LOOKED_AT = 5000;
/** Which of several terms is the rarest is decided by counting so far. */
const COUNTED = 1000;

type Row = Pick<AnalysisRow, 'owner' | 'created_at' | 'id' | 'terms'>;

/** What analyses are searched by: a line for each term of each. */
export function termTable(db: Db) {
  const insert = db.prepare<[Row]>(
    `INSERT OR IGNORE INTO terms (owner, term, created_at, id)
     SELECT @owner, value, @created_at, @id FROM json_each(@terms) WHERE type = 'text'`,
  );
  const remove = db.prepare<[Row]>(
    `DELETE FROM terms WHERE owner = @owner AND created_at = @created_at AND id = @id
     AND term IN (SELECT value FROM json_each(@terms))`,
  );
  const known = db.prepare<[string], Row>(
    'SELECT owner, created_at, id, terms FROM analyses WHERE id = ? AND json_valid(terms)',
  );
  const setTerms = db.prepare<[string, string]>('UPDATE analyses SET terms = ? WHERE id = ?');
  const row = db.prepare<[string, string], Row>('SELECT owner, created_at, id, ? AS terms FROM analyses WHERE id = ?');
  const without = db.prepare<[number], { id: string }>(
    'SELECT id FROM analyses INDEXED BY analyses_without_terms WHERE terms IS NULL LIMIT ?',
  );
  const count = db.prepare<[string, string, number], { n: number }>(
    'SELECT count(*) AS n FROM (SELECT 1 FROM terms WHERE owner = ? AND term = ? LIMIT ?)',
  );
  const having = db.prepare<[string, string, string, string, string, number], ListPosition>(
    `SELECT created_at AS at, id FROM terms
     WHERE owner = ? AND term = ? AND (created_at, id) < (?, ?) AND created_at >= ?
     ORDER BY created_at DESC, id DESC LIMIT ?`,
  );
  const any = db.prepare<[string, string, string, string, number], ListPosition>(
    `SELECT created_at AS at, id FROM analyses INDEXED BY analyses_by_owner
     WHERE owner = ? AND (created_at, id) < (?, ?) AND created_at >= ?
     ORDER BY created_at DESC, id DESC LIMIT ?`,
  );
  const has = db.prepare<[string, string, string, string], { n: number }>(
    'SELECT 1 AS n FROM terms WHERE owner = ? AND term = ? AND created_at = ? AND id = ?',
  );
  const made = db.prepare<[string], { at: string }>('SELECT created_at AS at FROM analyses WHERE id = ?');
  const item = db.prepare<[string, string, string], { text: string | null }>(
    `SELECT list_item AS text FROM analyses INDEXED BY analyses_by_owner
     WHERE owner = ? AND created_at = ? AND id = ?`,
  );

  const forget = (id: string): void => {
    const before = known.get(id);
    if (before !== undefined) remove.run(before);
  };

  const putAll = asOneWrite(db, (id: string, terms: string) => {
    forget(id);
    if (setTerms.run(terms, id).changes > 0) insert.run(row.get(terms, id)!);
  });

  return {
    add(analysis: Row): void {
      insert.run({ owner: analysis.owner, created_at: analysis.created_at, id: analysis.id, terms: analysis.terms });
    },
    remove(id: string): void {
      orElse(
        () => forget(id),
        () => undefined,
      );
    },
    reads: {
      searchAnalyses(
        owner: string,
        terms: readonly string[],
        since: string,
        after: ListPosition,
        limit: number,
      ): Texts {
        const counted = terms.map((term) => ({ term, n: count.get(owner, term, COUNTED)?.n ?? 0 }));
        const [rarest, ...others] = counted.toSorted((a, b) => a.n - b.n).map(({ term }) => term);
        const keys =
          rarest === undefined
            ? any.iterate(owner, after.at, after.id, since, LOOKED_AT)
            : having.iterate(owner, rarest, after.at, after.id, since, LOOKED_AT);
        const found: ListPosition[] = [];
        let looked = 0;
        let last: ListPosition | null = null;
        let next: ListPosition | null = null;
        for (const { at, id } of keys) {
          if (!others.every((term) => has.get(owner, term, at, id) !== undefined)) {
            looked += 1;
            last = { at, id };
            continue;
          }
          if (found.length === limit) {
            next = found.at(-1)!;
            break;
          }
          looked += 1;
          last = { at, id };
          found.push({ at, id });
        }
        if (looked === LOOKED_AT) next = last;
        return {
          texts: found.map(({ at, id }) => item.get(owner, at, id)?.text ?? ''),
          ids: found.map(({ id }) => id),
          next,
        };
      },
      analysesHaving: (owner: string, terms: readonly string[], ids: readonly string[]): string[] =>
        ids.filter((id) => {
          const at = orElse(
            () => made.get(id)?.at,
            () => undefined,
          );
          return at !== undefined && terms.every((term) => has.get(owner, term, at, id) !== undefined);
        }),
      analysesWithoutTerms: (limit: number): string[] => without.all(limit).map(({ id }) => id),
    },
    writes: {
      putTerms(id: string, terms: string): void {
        putAll(id, terms);
      },
    },
  };
}
