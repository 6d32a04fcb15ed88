import type { CalibrationRecords, StoredCalibration } from '../../../ports/records.ts';
import type { Store } from '../store.ts';
import { allFromJson, fromJson, toJson } from './json.ts';

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
    async list(owner) {
      return allFromJson<StoredCalibration>((await store.call('listCalibrations', owner)).texts);
    },
    delete: (id) => store.call('deleteCalibration', id),
  };
}
