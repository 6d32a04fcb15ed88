import type { Db } from '../database.ts';
import { allOf, type Texts } from './texts.ts';

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
  const list = db.prepare<[string], { calibration: string }>(
    'SELECT calibration FROM calibrations WHERE owner = ? ORDER BY created_at, id',
  );
  const remove = db.prepare<[string]>('DELETE FROM calibrations WHERE id = ?');
  return {
    reads: {
      getCalibration: (id: string): string | null => get.get(id)?.calibration ?? null,
      listCalibrations: (owner: string): Texts => allOf(list.all(owner).map((row) => row.calibration)),
    },
    writes: {
      putCalibration(row: CalibrationRow): void {
        put.run(row);
      },
      deleteCalibration: (id: string): boolean => remove.run(id).changes > 0,
    },
  };
}
