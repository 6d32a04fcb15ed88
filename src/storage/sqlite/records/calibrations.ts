import { positionOf } from '../../../ports/cursor.ts';
import type { CalibrationRecords, StoredCalibration } from '../../../ports/records.ts';
import type { Store } from '../store.ts';
import { fromJson, toJson } from './json.ts';
import { pageFrom } from './page.ts';

export function calibrationRecords(store: Store): CalibrationRecords {
  return {
    async put(record) {
      const { calibration_id: id, created_at, owner } = record;
      await store.call('putCalibration', { id, created_at, owner, calibration: toJson(record) });
    },
    async get(id) {
      const text = await store.call('getCalibration', id);
      return text === null ? null : fromJson<StoredCalibration>(text);
    },
    async list(owner, { limit, cursor }) {
      const after = positionOf('calibrations', cursor);
      return pageFrom<StoredCalibration>('calibrations', await store.call('listCalibrations', owner, after, limit));
    },
    count: (owner) => store.call('countCalibrations', owner),
    delete: (id) => store.call('deleteCalibration', id),
  };
}
