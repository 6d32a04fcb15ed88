import type { ListPosition } from '../../../ports/cursor.ts';
import type { AnalysisRow } from '../../records/rows.ts';
import { allOf, type Texts } from '../../records/texts.ts';
import { orElse } from '../damaged-rows.ts';
import { asOneWrite, type Db } from '../database.ts';

/** One call looks at so many analyses at most: no search holds up the other calls for long. */
const LOOKED_AT = 5000;
/** Most searches fill their page from so few. */
const FIRST_LOOK = 500;
/** So many times as many lines are read in order in the time of looking one up. */
const READ_PER_LOOKUP = 4;
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
  const having = db.prepare<[string, string, string, string, string, number, number], ListPosition>(
    `SELECT created_at AS at, id FROM terms
     WHERE owner = ? AND term = ? AND (created_at, id) < (?, ?) AND created_at >= ?
     ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?`,
  );
  // The other term is looked up here and not by the caller, whom each look costs ten times as much.
  const both = db.prepare<[string, string, string, string, string, string, string], ListPosition>(
    `SELECT created_at AS at, id FROM terms AS one
     WHERE owner = ? AND term = ? AND (created_at, id) < (?, ?) AND (created_at, id) >= (?, ?)
       AND EXISTS (SELECT 1 FROM terms
         WHERE owner = one.owner AND term = ? AND created_at = one.created_at AND id = one.id)
     ORDER BY created_at DESC, id DESC`,
  );
  // Both in their order, side by side.
  const merged = db.prepare<
    [string, string, string, string, string, string, string, string, string, string, string, string],
    ListPosition
  >(
    `SELECT created_at AS at, id FROM terms
     WHERE owner = ? AND term = ? AND (created_at, id) < (?, ?) AND (created_at, id) >= (?, ?)
     INTERSECT
     SELECT created_at AS at, id FROM terms
     WHERE owner = ? AND term = ? AND (created_at, id) < (?, ?) AND (created_at, id) >= (?, ?)
     ORDER BY 1 DESC, 2 DESC`,
  );
  const countBetween = db.prepare<[string, string, string, string, string, string, number], { n: number }>(
    `SELECT count(*) AS n FROM (SELECT 1 FROM terms
     WHERE owner = ? AND term = ? AND (created_at, id) < (?, ?) AND (created_at, id) >= (?, ?) LIMIT ?)`,
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

  function rarestFirst(owner: string, terms: readonly string[]): string[] {
    if (terms.length < 2) return [...terms];
    const counted = terms.map((term) => ({ term, n: count.get(owner, term, COUNTED)?.n ?? 0 }));
    return counted.toSorted((a, b) => a.n - b.n).map(({ term }) => term);
  }

  /** The newest first; there are `most` at most that have the rarer one. Where the other is not much more frequent, it is read along. */
  function haveBoth(
    owner: string,
    rarer: string,
    other: string,
    { at, id }: ListPosition,
    from: ListPosition,
    most: number,
  ): Iterable<ListPosition> {
    const between = [at, id, from.at, from.id] as const;
    const enough = READ_PER_LOOKUP * most + 1;
    const isRead = most > FIRST_LOOK && (countBetween.get(owner, other, ...between, enough)?.n ?? enough) < enough;
    return isRead
      ? merged.iterate(owner, rarer, ...between, owner, other, ...between)
      : both.iterate(owner, rarer, ...between, other);
  }

  const shown = (owner: string, found: readonly ListPosition[], limit: number): Texts => {
    const page = found.slice(0, limit).map(({ at, id }) => ({ at, id, text: item.get(owner, at, id)?.text ?? null }));
    return { ...allOf(page), next: found.length > limit ? (found[limit - 1] ?? null) : null };
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
        const [rarest, second, ...others] = rarestFirst(owner, terms);
        if (rarest === undefined) return shown(owner, any.all(owner, after.at, after.id, since, limit + 1), limit);
        if (second === undefined) {
          return shown(owner, having.all(owner, rarest, after.at, after.id, since, limit + 1, 0), limit);
        }
        const found: ListPosition[] = [];
        let begin = after;
        for (const share of [FIRST_LOOK, LOOKED_AT - FIRST_LOOK]) {
          const end = having.get(owner, rarest, begin.at, begin.id, since, 1, share - 1) ?? null;
          const from = end ?? { at: since, id: '' };
          for (const { at, id } of haveBoth(owner, rarest, second, begin, from, share)) {
            if (!others.every((term) => has.get(owner, term, at, id) !== undefined)) continue;
            if (found.push({ at, id }) > limit) return shown(owner, found, limit);
          }
          if (end === null) return { ...shown(owner, found, limit), next: null };
          begin = end;
        }
        return { ...shown(owner, found, limit), next: begin };
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
