import type { ListPosition } from '../../../ports/cursor.ts';
import type { CalibrationRow } from '../../records/rows.ts';
import { BEFORE_ALL, type PageRow, pageOf, rowByRow, type Texts } from '../../records/texts.ts';
import { ofRow, orElse } from '../damaged-rows.ts';
import type { Db } from '../database.ts';

export function calibrationTable(db: Db) {
  const put = db.prepare<[CalibrationRow]>(
    `INSERT OR REPLACE INTO calibrations (id, created_at, owner, calibration)
     VALUES (@id, @created_at, @owner, @calibration)`,
  );
  const get = db.prepare<[string], { calibration: string }>('SELECT calibration FROM calibrations WHERE id = ?');
  const list = db.prepare<[string, string, string, number], PageRow>(
    `SELECT created_at AS at, id, calibration AS text FROM calibrations
     WHERE owner = ? AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT ?`,
  );
  const keys = db.prepare<[string, string, string], ListPosition>(
    `SELECT created_at AS at, id FROM calibrations INDEXED BY calibrations_by_owner
     WHERE owner = ? AND (created_at, id) > (?, ?) ORDER BY created_at, id`,
  );
  const head = db.prepare<[string], { owner: string }>(
    'SELECT owner FROM calibrations INDEXED BY calibrations_by_owner WHERE id = ?',
  );
  const textOf = (id: string): string | null => ofRow(() => get.get(id))?.calibration ?? null;
  const count = db.prepare<[string], { n: number }>('SELECT count(*) AS n FROM calibrations WHERE owner = ?');
  const remove = db.prepare<[string]>('DELETE FROM calibrations WHERE id = ?');
  return {
    reads: {
      getCalibration: textOf,
      calibrationHead: (id: string): { owner: string } | null => head.get(id) ?? null,
      listCalibrations(owner: string, after: ListPosition | null, limit: number): Texts {
        const { at, id } = after ?? BEFORE_ALL;
        const rows = orElse(
          () => list.all(owner, at, id, limit + 1),
          () =>
            rowByRow(
              keys.iterate(owner, at, id),
              limit + 1,
              (one) =>
                orElse(
                  () => get.get(one),
                  () => undefined,
                )?.calibration ?? null,
            ),
        );
        return pageOf(rows, limit);
      },
      countCalibrations: (owner: string): number => count.get(owner)?.n ?? 0,
    },
    writes: {
      putCalibration(row: CalibrationRow): void {
        put.run(row);
      },
      deleteCalibration: (id: string): boolean => remove.run(id).changes > 0,
    },
  };
}
