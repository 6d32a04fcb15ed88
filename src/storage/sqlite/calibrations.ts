import type { CalibrationRecords, StoredCalibration } from '../../ports/records.ts';
import { type Db, guarded } from './database.ts';

export function sqliteCalibrations(db: Db): CalibrationRecords {
  const put = db.prepare(
    'INSERT OR REPLACE INTO calibrations (id, created_at, owner, calibration) VALUES (?, ?, ?, ?)',
  );
  const get = db.prepare<[string], { calibration: string }>('SELECT calibration FROM calibrations WHERE id = ?');
  const list = db.prepare<[string], { calibration: string }>(
    'SELECT calibration FROM calibrations WHERE owner = ? ORDER BY created_at, id',
  );
  const remove = db.prepare<[string]>('DELETE FROM calibrations WHERE id = ?');
  const parse = (row: { calibration: string }) => JSON.parse(row.calibration) as StoredCalibration;
  return {
    async put(record) {
      guarded(() => put.run(record.calibration_id, record.created_at, record.owner, JSON.stringify(record)));
    },
    async get(id) {
      const row = guarded(() => get.get(id));
      return row ? parse(row) : null;
    },
    async list(owner) {
      return guarded(() => list.all(owner).map(parse));
    },
    async delete(id) {
      return guarded(() => remove.run(id).changes > 0);
    },
  };
}
