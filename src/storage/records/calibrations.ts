import { positionOf } from '../../ports/cursor.ts';
import type { CalibrationRecords } from '../../ports/records.ts';
import { toJson } from './json.ts';
import { pageFrom } from './page.ts';
import { CALIBRATION, named, readable } from './readable.ts';
import type { Store } from './store.ts';

export function calibrationRecords(store: Store): CalibrationRecords {
  return {
    async put(record) {
      const { calibration_id: id, created_at, owner } = record;
      await store.call('putCalibration', { id, created_at, owner, calibration: toJson(record) });
    },
    get: (id) =>
      named('calibration', id, async () => {
        const text = await store.call('getCalibration', id);
        return text === null ? null : readable(text, CALIBRATION);
      }),
    head: (id) => store.call('calibrationHead', id),
    async list(owner, { limit, cursor }) {
      const after = positionOf('calibrations', cursor);
      return pageFrom('calibrations', await store.call('listCalibrations', owner, after, limit), CALIBRATION);
    },
    count: (owner) => store.call('countCalibrations', owner),
    delete: (id) => store.call('deleteCalibration', id),
  };
}
