import { BEFORE_ALL, pageOf } from '../../records/texts.ts';
import type { Collections } from '../collections.ts';
import { isDuplicate } from '../driver-errors.ts';
import { type CalibrationDocument, INDEX } from '../schema.ts';
import type { MongoCalls } from './mongo-calls.ts';
import { behind, textOf } from './texts-of.ts';

export function calibrationCalls({ calibrations }: Collections) {
  return {
    async putCalibration({ id, ...fields }) {
      const put = () => calibrations.replaceOne({ _id: { $eq: id } }, fields, { upsert: true });
      await put().catch((thrown: unknown) => {
        if (isDuplicate(thrown)) return put();
        throw thrown;
      });
    },
    async getCalibration(id) {
      const found = await calibrations.findOne({ _id: { $eq: id } });
      return found && (textOf(found.calibration) ?? '');
    },
    async calibrationHead(id) {
      const found = await calibrations.findOne({ _id: { $eq: id } }, { projection: { owner: 1 } });
      const owner = textOf(found?.owner);
      return owner === null ? null : { owner };
    },
    async listCalibrations(owner, after, limit) {
      const found = await calibrations
        .find(
          { owner: { $eq: owner }, ...behind<CalibrationDocument>('created_at', after ?? BEFORE_ALL, false) },
          { hint: INDEX.calibrationsByOwner },
        )
        .sort({ created_at: 1, _id: 1 })
        .limit(limit + 1)
        .toArray();
      return pageOf(
        found.map(({ _id: id, created_at: at, calibration }) => ({ id, at, text: textOf(calibration) })),
        limit,
      );
    },
    countCalibrations: (owner) =>
      calibrations.countDocuments({ owner: { $eq: owner } }, { hint: INDEX.calibrationsByOwner }),
    async deleteCalibration(id) {
      return (await calibrations.deleteOne({ _id: { $eq: id } })).deletedCount > 0;
    },
  } satisfies Partial<MongoCalls>;
}
