import type { ListPosition } from '../../../ports/cursor.ts';
import type { Db } from '../database.ts';
import { BEFORE_ALL, type PageRow, pageOf, type Texts } from './texts.ts';

/** `calibration` is the JSON of the whole record. */
export interface CalibrationRow {
  readonly id: string;
  readonly created_at: string;
  readonly owner: string;
  readonly calibration: string;
}

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
  const count = db.prepare<[string], { n: number }>('SELECT count(*) AS n FROM calibrations WHERE owner = ?');
  const remove = db.prepare<[string]>('DELETE FROM calibrations WHERE id = ?');
  return {
    reads: {
      getCalibration: (id: string): string | null => get.get(id)?.calibration ?? null,
      listCalibrations(owner: string, after: ListPosition | null, limit: number): Texts {
        const { at, id } = after ?? BEFORE_ALL;
        return pageOf(list.all(owner, at, id, limit + 1), limit);
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
