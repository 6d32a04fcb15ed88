import type { ListPosition } from '../../../ports/cursor.ts';
import type { LikenessRow, Portion, VectorRow } from '../../records/rows.ts';
import { likenessOf, vectorOf } from '../../vectors/float-bytes.ts';
import type { Db } from '../database.ts';

/** One call looks at so many analyses at most. */
const LOOKED_AT = 1000;

interface Stored extends Omit<VectorRow, 'at'> {
  readonly seq: number;
}

/** Numbers as text that sorts like them. */
const placeOf = (seq: number): string => String(seq).padStart(16, '0');
const rowOf = ({ seq, ...row }: Stored): VectorRow => ({ at: placeOf(seq), ...row });

/** What analyses look like; a trigger takes a vector along with its analysis. */
export function vectorTable(db: Db) {
  // A newer one of the same analysis gets a place at the end, where everybody finds it.
  const put = db.prepare<[string, Uint8Array, string]>(
    `INSERT OR REPLACE INTO vectors (analysis_id, space, owner, created_at, vector)
     SELECT id, ?, owner, created_at, ? FROM analyses WHERE id = ?`,
  );
  const fields = 'seq, analysis_id AS id, owner, created_at, vector';
  const of = db.prepare<[string, string], Stored>(
    `SELECT ${fields} FROM vectors INDEXED BY vectors_by_analysis WHERE analysis_id = ? AND space = ?`,
  );
  const behind = db.prepare<[string, number, number], Stored>(
    `SELECT ${fields} FROM vectors INDEXED BY vectors_by_space WHERE space = ? AND seq > ? ORDER BY seq LIMIT ?`,
  );
  const ids = db.prepare<[string, number], { id: string }>('SELECT id FROM analyses WHERE id > ? ORDER BY id LIMIT ?');
  const exists = db.prepare<[string, string], { n: number }>(
    `SELECT 1 AS n FROM vectors INDEXED BY vectors_by_analysis
     WHERE analysis_id = ? AND space = ? AND length(vector) > 0 AND length(vector) % 4 = 0`,
  );
  const hasImage = db.prepare<[string], { n: number }>(
    'SELECT 1 AS n FROM analyses WHERE id = ? AND image_key IS NOT NULL',
  );
  return {
    reads: {
      vectorsOf: (wanted: readonly string[], space: string): VectorRow[] =>
        wanted.flatMap((id) => {
          const found = of.get(id, space);
          return found === undefined ? [] : [rowOf(found)];
        }),
      likenesses(space: string, vector: Uint8Array, wanted: readonly string[]): LikenessRow[] {
        const one = vectorOf(vector, vector.byteLength / 4);
        return one === null ? [] : wanted.flatMap((id) => likenessOf(one, of.get(id, space)) ?? []);
      },
      vectorsBehind: (space: string, after: ListPosition, limit: number): VectorRow[] =>
        behind.all(space, Number(after.at), limit).map(rowOf),
      analysesWithoutVector(space: string, after: string, limit: number): Portion {
        const missing: string[] = [];
        let looked = 0;
        let last = after;
        for (const { id } of ids.all(after, LOOKED_AT)) {
          looked += 1;
          last = id;
          if (exists.get(id, space) === undefined && hasImage.get(id) !== undefined) missing.push(id);
          if (missing.length === limit) return { ids: missing, next: last };
        }
        return { ids: missing, next: looked === LOOKED_AT ? last : null };
      },
    },
    writes: {
      putVector(analysisId: string, space: string, vector: Uint8Array): void {
        put.run(space, Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength), analysisId);
      },
    },
  };
}
